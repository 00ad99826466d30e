// The channel's slots and routes.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "fetches.hpp"
#include "identity.hpp"
#include "openclaw/cpp/channel/section.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "page.hpp"
#include "sockets.hpp"

namespace openclaw::webchat {

using nlohmann::json;
using sdk::Failure;
using sdk::view;

constexpr std::string_view kMainInstance = "webchat";

/// Where an instance's page is: "webchat" → "/chat", its account "webchat/work" → "/chat/work", a
/// channel of another name, "support" → "/chat/support".
std::string page_path(std::string_view name) {
  if (name == kMainInstance) return "/chat";
  if (name.starts_with(std::string(kMainInstance) + "/")) {
    return "/chat" + std::string(name.substr(kMainInstance.size()));
  }
  return "/chat/" + std::string(name);
}

/// It becomes part of a policy in a header, where `;` and `,` would begin another rule.
bool is_origin(std::string_view text) {
  const auto host = text.find("//");
  return (text.starts_with("https://") || text.starts_with("http://")) && host + 2 < text.size() &&
         text.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-:[]", host + 2) ==
             std::string_view::npos;
}

std::vector<std::string> read_origins(const sdk::ChannelSection& section, const char* key) {
  std::vector<std::string> origins;
  const json* list = section.find(key);
  if (list == nullptr) return origins;
  if (!list->is_array()) section.refuse(key, "must be a list of origins");
  for (const auto& origin : *list) {
    if (!origin.is_string() || !is_origin(origin.get_ref<const std::string&>())) {
      section.refuse(key, "must hold origins like https://example.com");
    }
    origins.push_back(origin.get<std::string>());
  }
  return origins;
}

/// In the clear, whoever is on the way could see what an answer shows, and change it.
std::vector<std::string> read_image_origins(const sdk::ChannelSection& section) {
  std::vector<std::string> origins = read_origins(section, "imageOrigins");
  for (std::string& origin : origins) {
    if (!origin.starts_with("https://") || origin.find('[') != std::string::npos) {
      section.refuse("imageOrigins", "must hold origins like https://example.com");
    }
    // As browsers write it: host names have no case.
    std::transform(origin.begin(), origin.end(), origin.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  }
  return origins;
}

FileLimits read_file_limits(const sdk::ChannelSection& section) {
  FileLimits limits;
  limits.file_bytes = static_cast<std::uint64_t>(section.number("maxFileMb", 1, 25, 10)) << 20U;
  limits.all_bytes = static_cast<std::uint64_t>(section.number("filesMaxMb", 50, 10'000, 200))
                     << 20U;
  return limits;
}

class WebChat final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps = OC_CHANNEL_PARTIALS | OC_CHANNEL_TYPING | OC_CHANNEL_MEDIA;
  /// The page knows a message by its key.
  static constexpr std::uint64_t kIdempotentMs = OC_IDEMPOTENT_FOR_EVER;

  WebChat(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        is_main_(name == kMainInstance),
        socket_path_("/channels/" + std::string(name) + "/ws"),
        origins_(read_origins({name, config_json}, "allowedOrigins")),
        page_(page_path(name), origins_, read_image_origins({name, config_json}), socket_path_),
        files_(h, read_file_limits({name, config_json}), random_id),
        fetches_(h, files_),
        sockets_(h, files_, std::string(name)) {}

  void start(oc_op op) override {
    if (const auto failure = add_routes()) {
      host().post([this, op, failure] { host().fail(op, *failure); });
      return;
    }
    files_.load([this, op](const std::optional<Failure>& failure) {
      if (failure) {
        return host().post([this, op, failure] { host().fail(op, *failure); });
      }
      sockets_.start();
      host().status(OC_STATE_CONNECTED);
      host().post([this, op] { host().complete(op); });
    });
  }

  void quiesce(oc_op op) override {
    sockets_.drain();
    host().post([this, op] { host().complete(op); });
  }

  void stop(oc_op op) override {
    sockets_.stop();
    files_.stop();
    fetches_.stop();
    host().post([this, op] { host().complete(op); });
  }

  void send(oc_op op, const oc_message& message) override {
    Chat& chat = sockets_.chat(view(message.chat_id), view(message.thread_id));
    const auto delivery = sockets_.deliver(chat, message);
    // Also without a tab: the ring and the transcript show it to the next one, in whatever gateway.
    host().post([this, op, receipt = json{{"message_id", delivery.message_id}}.dump()] {
      host().complete(op, receipt);
    });
  }

  void partial(const oc_partial& partial) override { sockets_.partial(partial); }
  void typing(const oc_typing& typing) override { sockets_.typing(typing); }

  void fetch(oc_op op, const oc_attachment& attachment, std::uint64_t max_bytes) override {
    fetches_.start(op, std::string(view(attachment.ref)), max_bytes);
  }

  void cancel(oc_op op) override { fetches_.cancel(op); }

 private:
  std::optional<Failure> add_routes() {
    for (const auto& path : page_.paths()) {
      const auto status = host().route("GET", path, [this](oc_op op, const auto& request) {
        auto response = page_.get(request.path, request.header("if-none-match"),
                                  request.header("accept-encoding"));
        host().reply(op, response.status, response.headers, std::move(response.body));
      });
      if (status != OC_OK) return refused_route(path, status);
    }
    if (is_main_) {
      const auto status = host().route("GET", "/", [this](oc_op op, const auto&) {
        host().reply(op, 302, {{"Location", "/chat"}, {"Cache-Control", "no-cache"}}, {});
      });
      if (status != OC_OK) return refused_route("/", status);
    }
    const auto status = host().websocket(
        socket_path_, origins_,
        {[this](oc_op ws, const auto& request) { sockets_.opened(ws, request.client_ip); },
         [this](oc_op ws, std::string_view text, bool binary) {
           sockets_.received(ws, text, binary);
         },
         [this](oc_op ws, std::uint32_t) { sockets_.closed(ws); }});
    if (status != OC_OK) return refused_route(socket_path_, status);
    return std::nullopt;
  }

  static Failure refused_route(const std::string& path, oc_status status) {
    return {status, "the gateway refused the route " + path + "; is it taken by another plugin?",
            OC_EF_NOT_DONE};
  }

  bool is_main_;
  std::string socket_path_;
  std::vector<std::string> origins_;
  Page page_;
  FileStore files_;
  Fetches fetches_;
  Sockets sockets_;
};

}  // namespace openclaw::webchat

OPENCLAW_PLUGIN(openclaw::webchat::WebChat, openclaw::sdk::ChannelSlots<openclaw::webchat::WebChat>,
                0)
