#include "core/config/suggest.hpp"

#include <algorithm>
#include <cctype>

namespace openclaw::config {
namespace {

constexpr std::size_t max_word = 64;

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

std::string plain_form(std::string_view word) {
  std::string out;
  for (const char c : word) {
    if (c != '_' && c != '-') {
      out += lower(c);
    }
  }
  return out;
}

/// Damerau–Levenshtein, optimal string alignment.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = i + j;
        continue;
      }
      const std::size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
      cost[i][j] = std::min({replace, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

/// `token` for botToken, and the other way round; nothing when several end so.
std::optional<std::string> same_end(const std::string& form,
                                    const std::vector<std::string>& known) {
  std::optional<std::string> best;
  for (const std::string& candidate : known) {
    const std::string other = plain_form(candidate);
    if (std::min(form.size(), other.size()) < 4) continue;
    if (!other.ends_with(form) && !form.ends_with(other)) continue;
    if (best) return std::nullopt;
    best = candidate;
  }
  return best;
}

}  // namespace

std::optional<std::string> suggest(std::string_view word, const std::vector<std::string>& known) {
  const std::string form = plain_form(word);
  if (form.empty() || form.size() > max_word) {
    return std::nullopt;
  }
  std::optional<std::string> best;
  std::size_t best_distance = 3;
  for (const std::string& candidate : known) {
    const std::string other = plain_form(candidate);
    // Two edits turn any short word into any other, so a short word allows one.
    const std::size_t allowed = std::min(form.size(), other.size()) <= 3 ? 1 : 2;
    const std::size_t edits = distance(form, other);
    if (edits <= allowed && edits < best_distance) {
      best = candidate;
      best_distance = edits;
    }
  }
  if (best) {
    return best;
  }
  for (const std::string& candidate : known) {
    const std::string other = plain_form(candidate);
    const bool begins =
        form.size() >= 3 && (other.compare(0, form.size(), form) == 0 ||
                             (other.size() >= 3 && form.compare(0, other.size(), other) == 0));
    if (begins && best) {
      return std::nullopt;  // more than one: no guess is better than a wrong one
    }
    if (begins) {
      best = candidate;
    }
  }
  return best ? best : same_end(form, known);
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  const auto found = suggest(word, known);
  return found ? "; did you mean `" + *found + "`?" : "";
}

std::string shown_key(std::string_view key) {
  const auto end = std::find_if(key.begin(), key.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_' && c != '-' && c != '.' &&
           c != '/';
  });
  const auto length = static_cast<std::size_t>(end - key.begin());
  if (length == key.size() && length <= max_word) {
    return std::string(key);
  }
  return std::string(key.substr(0, std::min<std::size_t>(length, 32))) + "…";
}

std::string join_or(const std::vector<std::string>& words) {
  std::string out;
  for (std::size_t i = 0; i < words.size(); ++i) {
    out += i == 0 ? "" : i + 1 == words.size() ? " or " : ", ";
    out += words[i];
  }
  return out;
}

}  // namespace openclaw::config
