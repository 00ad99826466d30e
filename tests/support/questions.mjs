// Questions of many people, each of whom asks several, held against the answers: what is lost, what came twice, what overtook.
export class Questions {
  asked = 0;
  #of = []; // person → the numbers of their questions, in order
  #next;

  /** `random` chooses who asks next. */
  constructor({ people, random }) {
    this.people = people;
    this.#of = Array.from({ length: people }, () => []);
    this.#next = random;
  }

  /** {person, text} of one more; every person's turn comes before anybody's is more than a few behind. */
  ask() {
    const base = Math.floor(this.asked / this.people) * this.people;
    const person = (this.asked - base + Math.floor(this.#next() * 3)) % this.people;
    this.#of[person].push(this.asked);
    return { person, text: `question ${this.asked++}` };
  }

  /**
   * `answers`: [{person, text}] in the order in which they were sent. `inversions`: answers to a question that was asked before
   * one whose answer was there already.
   */
  balance(answers) {
    const got = Array.from({ length: this.people }, () => []);
    const strange = [];
    for (const { person, text } of answers) {
      const number = Number(/^question (\d+)$/.exec(text)?.[1] ?? NaN);
      if (Number.isNaN(number) || !got[person]) strange.push({ person, text });
      else got[person].push(number);
    }
    const missing = [];
    const twice = [];
    const inversions = [];
    for (let person = 0; person < this.people; person++) {
      const seen = new Map();
      let newest = -1;
      for (const number of got[person]) {
        seen.set(number, (seen.get(number) ?? 0) + 1);
        if (number < newest && seen.get(number) === 1) inversions.push(`${number} after ${newest} of person ${person}`);
        newest = Math.max(newest, number);
      }
      const own = new Set(this.#of[person]);
      for (const [number, times] of seen) {
        if (times > 1) twice.push(number);
        if (!own.has(number)) strange.push({ person, text: `question ${number}` });
      }
      for (const number of own) if (!seen.has(number)) missing.push(number);
    }
    return { missing, twice, inversions, strange };
  }
}
