#include "core/pipeline/access/pairing.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <tuple>

namespace openclaw::pipeline {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";  // no I, O, 0, 1
constexpr std::size_t kCodeLength = 8;
constexpr int kMaxDraws = 100;

std::string normalised(std::string_view code) {
  std::string out;
  for (const char c : code) {
    if (c == ' ' || c == '-') continue;
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (out.size() > kCodeLength) break;
  }
  return out;
}

bool is_code(std::string_view code) {
  return code.size() == kCodeLength && code.find_first_not_of(kAlphabet) == std::string_view::npos;
}

/// Takes the same time wherever the two differ.
bool same_code(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |= static_cast<unsigned>(static_cast<unsigned char>(a[i])) ^
                  static_cast<unsigned>(static_cast<unsigned char>(b[i]));
  return difference == 0;
}

}  // namespace

Pairing::Pairing(std::function<std::uint32_t()> random) : random_(std::move(random)) {}

void Pairing::drop_expired(std::int64_t unix_ms) {
  std::erase_if(pending_, [&](const Pending& p) { return p.expires_unix_ms <= unix_ms; });
  // A clock that was set back must not make a code live for years.
  for (Pending& p : pending_) p.expires_unix_ms = std::min(p.expires_unix_ms, unix_ms + kValidMs);
}

/// Empty when the source of randomness is so broken that only codes in use come out.
std::string Pairing::fresh_code() {
  for (int draw = 0; draw < kMaxDraws; ++draw) {
    std::string code;
    for (std::size_t i = 0; i < kCodeLength; ++i) code += kAlphabet[random_() % kAlphabet.size()];
    if (std::none_of(pending_.begin(), pending_.end(),
                     [&](const Pending& p) { return p.code == code; }))
      return code;
  }
  return {};
}

Pairing::Request Pairing::request(std::string_view channel, std::string_view peer,
                                  std::int64_t unix_ms) {
  drop_expired(unix_ms);
  for (const Pending& p : pending_) {
    if (p.channel == channel && p.peer == peer) return {p.code, false, false, false};
  }
  if (peer.empty()) return {{}, false, true, false};
  if (!make_place(channel, unix_ms)) return refuse(channel, unix_ms);
  std::string code = fresh_code();
  if (code.empty()) return refuse(channel, unix_ms);
  pending_.push_back({std::string(channel), std::string(peer), code, unix_ms + kValidMs});
  return {std::move(code), true, false, false};
}

/// They stand in the order in which they asked.
bool Pairing::make_place(std::string_view channel, std::int64_t unix_ms) {
  const auto here = [&](const Pending& p) { return p.channel == channel; };
  if (std::count_if(pending_.begin(), pending_.end(), here) < std::ptrdiff_t{kMaxPending}) {
    return true;
  }
  const auto oldest = std::find_if(pending_.begin(), pending_.end(), here);
  if (unix_ms - (oldest->expires_unix_ms - kValidMs) < kSureMs) return false;
  pending_.erase(oldest);
  return true;
}

Pairing::Request Pairing::refuse(std::string_view channel, std::int64_t unix_ms) {
  const auto told = told_operator_.find(channel);
  const bool again =
      told != told_operator_.end() && unix_ms >= told->second && unix_ms - told->second < kSureMs;
  if (!again) told_operator_.insert_or_assign(std::string(channel), unix_ms);
  return {{}, false, true, !again};
}

bool Pairing::approved(std::string_view channel, std::string_view peer) const {
  return !peer.empty() && approved_.contains({std::string(channel), std::string(peer)});
}

void Pairing::withdraw(std::string_view channel, std::string_view peer) {
  std::erase_if(pending_, [&](const Pending& p) { return p.channel == channel && p.peer == peer; });
}

Result<Pairing::Pending> Pairing::approve(std::string_view channel, std::string_view code,
                                          std::int64_t unix_ms) {
  drop_expired(unix_ms);
  const std::string wanted = normalised(code);
  auto found = pending_.end();
  for (auto p = pending_.begin(); p != pending_.end(); ++p) {
    if (p->channel == channel && same_code(p->code, wanted)) found = p;
  }
  if (found == pending_.end()) {
    Error error;
    error.code = Errc::not_found;
    error.message = "No pairing request on " + std::string(channel) +
                    " has this code; codes are valid for one hour, "
                    "`openclaw pairing list` shows the pending ones.";
    return error;
  }
  Pending approved = std::move(*found);
  pending_.erase(found);
  approved_.emplace(approved.channel, approved.peer);
  return approved;
}

void Pairing::unapprove(Pending request) {
  approved_.erase({request.channel, request.peer});
  pending_.push_back(std::move(request));
}

Pairing::Revoked Pairing::revoke(std::string_view channel, std::string_view peer) {
  const auto waited = std::erase_if(
      pending_, [&](const Pending& p) { return p.channel == channel && p.peer == peer; });
  if (approved_.erase({std::string(channel), std::string(peer)}) > 0) return Revoked::approval;
  return waited > 0 ? Revoked::request : Revoked::nothing;
}

std::vector<Pairing::Pending> Pairing::pending(std::int64_t unix_ms) const {
  std::vector<Pending> out;
  for (const Pending& p : pending_) {
    if (p.expires_unix_ms > unix_ms) out.push_back(p);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> Pairing::approved_list() const {
  return {approved_.begin(), approved_.end()};
}

std::string Pairing::serialise() const {
  nlohmann::json out{
      {"version", 1}, {"pending", nlohmann::json::array()}, {"approved", nlohmann::json::array()}};
  for (const Pending& p : pending_) {
    out["pending"].push_back({{"channel", p.channel},
                              {"peer", p.peer},
                              {"code", p.code},
                              {"expires", p.expires_unix_ms}});
  }
  for (const auto& [channel, peer] : approved_)
    out["approved"].push_back({{"channel", channel}, {"peer", peer}});
  // Ids come from platforms: one that is not UTF-8 must not make the snapshot fail.
  return out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<void> Pairing::restore(std::string_view snapshot) {
  const auto broken = [](std::string_view what) {
    Error error;
    error.code = Errc::storage;
    error.message = "The stored pairings cannot be read: " + std::string(what) + ".";
    return error;
  };
  std::vector<Pending> pending;
  std::set<std::pair<std::string, std::string>> approved;
  try {
    const auto in = nlohmann::json::parse(snapshot);
    if (in.at("version") != 1) return broken("unknown version");
    for (const auto& row : in.at("pending")) {
      Pending p{row.at("channel"), row.at("peer"), row.at("code"), row.at("expires")};
      if (p.peer.empty() || !is_code(p.code)) return broken("a pending request is malformed");
      pending.push_back(std::move(p));
    }
    for (const auto& row : in.at("approved")) {
      const auto& [at, fresh] = approved.emplace(row.at("channel"), row.at("peer"));
      if (at->second.empty()) return broken("an approved peer has no id");
    }
  } catch (const nlohmann::json::exception& e) {
    return broken(e.what());
  }
  pending_ = std::move(pending);
  approved_ = std::move(approved);
  return {};
}

}  // namespace openclaw::pipeline
