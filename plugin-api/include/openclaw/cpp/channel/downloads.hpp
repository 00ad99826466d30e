// The attachments that are being fetched.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "openclaw/channel.h"
#include "openclaw/cpp/channel/http_calls.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// Where an attachment's bytes are, as the platform says now.
struct Download {
  std::string url;
  Headers headers{};
  bool public_only = false;
  std::uint64_t bytes = 0;  ///< 0: the platform does not say
  std::string mime{};       ///< empty: the platform does not say
  /// The address itself is the permission: a 401 or 403 says that it is over.
  bool signed_address = false;
  /// False: these are not the bytes that the platform meant. Absent: nothing to compare with.
  std::function<bool(const std::string& body)> genuine{};
};

/// Carries each Channel::fetch to its one end: bounded in number, size and time, and cancelled in
/// whatever it waits for. [strand]
class Downloads {
 public:
  static constexpr std::size_t kMaxOpen = 16;
  static constexpr std::uint32_t kConnectMs = 10'000;
  static constexpr std::uint32_t kSilentMs = 20'000;  ///< until the first byte, and between two
  /// For the lookup and the bytes together: less than the host's minute, so that it hears from here
  /// how it ended.
  static constexpr std::uint32_t kTotalMs = 45'000;
  /// For a lookup of the address, before the bytes.
  static constexpr std::uint32_t kLookupMs = 15'000;

  /// How a lookup ends. Reading changes nothing: OC_EF_NOT_DONE is added to a failure.
  using Place = std::variant<Download, Failure>;
  using Found = std::function<void(Place)>;
  /// The platform is being asked; this ends that early. `found` still comes.
  using Asking = std::function<void()>;
  /// Where the attachment with this ref is: said at once, or once by `found`, not inside, within
  /// kLookupMs.
  using Lookup =
      std::function<std::variant<Download, Failure, Asking>(std::string_view ref, Found found)>;

  /// `platform` as people write it, for the sentences of failures.
  Downloads(Host& host, std::string platform, Lookup lookup);

  /// Completes `op`, later: with the bytes, or OC_E_TOOBIG, too many are open, the channel stops,
  /// what the lookup or the platform said.
  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes);
  void cancel(oc_op op);
  /// Ends all, and takes nothing more.
  void stop();
  [[nodiscard]] bool idle() const { return open_.empty() && calls_.under_way() == 0; }
  /// Called whenever one has ended.
  void on_ended(std::function<void()> fn) { ended_ = std::move(fn); }

 private:
  struct Open {
    std::uint64_t max_bytes = 0;
    std::int64_t begun_ms = 0;
    std::string known_mime;
    std::function<void()> cancel;  ///< absent: nothing is under way yet
    bool cancelled = false;
  };
  void found(oc_op op, Place place);
  void get(oc_op op, const Download& download);
  void fail(oc_op op, Failure failure);
  /// The same from within the slot that was given `op`.
  void refuse(oc_op op, Failure failure);
  void answered(oc_op op, const Download& download, const std::string& content_type,
                const std::optional<Failure>& failure, std::uint32_t status, std::string body);
  [[nodiscard]] Failure refusal_of(std::uint32_t status, const Download& download) const;
  [[nodiscard]] Failure too_big() const;

  Host& host_;
  std::string platform_;
  Lookup lookup_;
  HttpCalls calls_;
  std::map<oc_op, Open> open_;
  std::function<void()> ended_;
  bool stopped_ = false;
};

/// "image/png" of "Image/PNG; q=1"; empty for what is no MIME type.
std::string mime_essence(std::string_view content_type);

/// A lookup's failure in transport, as fetch() ends with it.
Failure lookup_failure(const Failure& transport);

}  // namespace openclaw::sdk
