// Asks join.lua, and builds the lanes where nobody has kept them.
#include "membership.hpp"

#include "openclaw/cpp/holder.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::redis {

namespace {

/// Holds the store meanwhile: should this end in between, the next one starts over.
void build_lanes(Link& link, const std::string& key, const Taken& held, TimePoint deadline) {
  std::string what = "messages", from = "0";
  for (;;) {
    Args args{held.identity, held.name, held.token, "0"};
    const Reply next =
        link.run(build_script(), key, args.number(kLeaseMs).lent(what).lent(from), deadline);
    if (next[0].text() == "built") return;
    what = next[0].text();
    from = next[1].text();
  }
}

}  // namespace

Taken join_store(Link& link, const Settings& settings, const Joining& who, TimePoint deadline) {
  const std::string key = store_key(settings), secret = fresh_secret(), identity = fresh_secret(),
                    process = sdk::this_process();
  const auto refusal = [&](std::string_view what) {
    return "the store " + settings.prefix +
           (what == kHasName
                ? " is shared by another gateway that is called " + who.instance +
                      " too (%H); change gateway.instance, or end that one"
                : " is in use by another gateway that does not share it (%H); set "
                  "gateway.instance there, too, or end that one, or set storage.prefix");
  };
  Holders holders(refusal, deadline);
  bool is_new = false, was_torn = false;
  const auto with_gone = [&](Args& args) -> const Args& {
    for (const auto& gone : holders.gone()) args.lent(gone);
    return args;
  };
  for (;;) {
    Args args{secret, who.instance, process, who.info_json};
    const Reply answer =
        link.run(join_script(), key, with_gone(args.number(who.lease_ms)), deadline);
    const auto outcome = answer[0].text();
    if (outcome == "taken") {
      Taken joined{std::string(answer[1].text()),
                   {},
                   std::string(answer[2].text()),
                   is_new,
                   was_torn || !answer[4].text().empty()};
      joined.name = "member:" + joined.token.substr(0, joined.token.find(':'));
      return joined;
    }
    refuse_unusable(answer, settings);
    if (outcome == "held") {
      holders.meet(std::string(answer[1].text()), answer[2].number(), answer[3].text());
    } else if (outcome == "building") {
      holders.wait_for(std::string(answer[1].text()));
    } else {
      Args open{identity, secret, process};
      const Reply taken =
          link.run(open_script(), key,
                   with_gone(holders.add_lapsed(open.number(kLeaseMs).lent("1"))), deadline);
      refuse_unusable(taken, settings);
      if (taken[0].text() == "lapsed") {
        holders.await_renewal(std::string(taken[1].text()), taken[2].number(), taken[3].number());
      }
      if (taken[0].text() != "taken") continue;  // by another, in between: join.lua says by whom
      const Taken held{std::string(taken[1].text()), "gateway", std::string(taken[2].text()),
                       taken[3].text() == "new", !taken[4].text().empty()};
      is_new = is_new || held.is_new;
      was_torn = was_torn || held.was_torn;
      build_lanes(link, key, held, deadline);
    }
  }
}

}  // namespace openclaw::redis
