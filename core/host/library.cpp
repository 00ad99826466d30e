#include "core/host/library.hpp"

#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <optional>

#include "core/host/elf_note.hpp"

namespace openclaw::host {
namespace {

constexpr const char* entry_symbol = "oc_plugin_entry_1";
using Entry = const oc_descriptor*(std::uint32_t) noexcept;

/// What the linker said, without the path that it puts in front.
std::string linker_reason(const std::string& file) {
  const char* text = ::dlerror();
  std::string reason = text == nullptr ? "the dynamic linker gives no reason" : text;
  const std::string path = file + ": ";
  if (reason.compare(0, path.size(), path) == 0) reason.erase(0, path.size());
  return reason;
}

std::string_view view(oc_str s) {
  return s.ptr == nullptr ? std::string_view{} : std::string_view{s.ptr, s.len};
}

std::optional<std::string> missing_slot(const oc_plugin_api& api, const std::string& kind) {
  // Storage is not started or stopped: it is opened and closed by connection.
  const bool lives = kind != "storage";
  if (api.create == nullptr) return "create";
  if (api.ext == nullptr) return "ext";
  if (lives && api.start == nullptr) return "start";
  if (lives && api.stop == nullptr) return "stop";
  if (api.destroy == nullptr) return "destroy";
  return std::nullopt;
}

/// What is wrong with what the entry symbol returned.
std::optional<std::string> fault(const oc_descriptor* d, const Manifest& m) {
  if (d == nullptr) return std::string(entry_symbol) + "(0) returns no descriptor";
  if (!OC_COVERS(d, oc_descriptor, api)) {
    return "its descriptor is " + std::to_string(d->size) + " bytes long, ABI 1.0's is " +
           std::to_string(sizeof(oc_descriptor));
  }
  if (d->major != m.abi_major || d->minor_needed != m.abi_minor_needed) {
    return "its code asks for ABI " + std::to_string(d->major) + "." +
           std::to_string(d->minor_needed) + ", its manifest for " + std::to_string(m.abi_major) +
           "." + std::to_string(m.abi_minor_needed);
  }
  if (view(d->id) != m.id) {
    std::string id{view(d->id).substr(0, 64)};
    for (char& c : id) {
      if (c < 0x20 || c > 0x7E) c = '?';
    }
    return "its code calls itself `" + id + "`, its manifest `" + m.id + "`";
  }
  if (d->api == nullptr) return "its descriptor has no api table";
  if (!OC_COVERS(d->api, oc_plugin_api, destroy)) {
    return "its api table is " + std::to_string(d->api->size) + " bytes long, ABI 1.0's is " +
           std::to_string(sizeof(oc_plugin_api));
  }
  if (const auto slot = missing_slot(*d->api, m.kind)) return "its api table lacks " + *slot;
  return std::nullopt;
}

}  // namespace

struct Library::Handle {
  boost::dll::shared_library library;
};

Library::Library(std::unique_ptr<Handle> handle, const oc_descriptor* descriptor)
    : handle_(std::move(handle)), descriptor_(descriptor) {}
Library::Library(Library&&) noexcept = default;
Library& Library::operator=(Library&&) noexcept = default;
Library::~Library() = default;

Library Library::linked(const oc_descriptor& descriptor) {
  return {nullptr, &descriptor};
}

Result<Library> Library::load(const Manifest& manifest) {
  if (auto abi = check_abi(manifest); !abi) return std::move(abi).error();
  const auto refuse = [&](const std::string& why) {
    return Error{Errc::plugin, file_name(manifest.file) + ": " + why};
  };
  auto handle = std::make_unique<Handle>();
  // Boost.DLL's defaults suit an application's own libraries: lazy binding would find a missing
  // symbol in the middle of a message, unloading would pull code from under a running call.
  const auto mode = static_cast<boost::dll::load_mode::type>(RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  std::error_code failed;
  handle->library.load(manifest.file, failed, mode);
  if (failed) return refuse("cannot be loaded: " + linker_reason(manifest.file));
  if (!handle->library.has(entry_symbol)) {
    return refuse(std::string("does not export ") + entry_symbol +
                  ": build it with openclaw_add_plugin");
  }
  // noexcept on purpose: an exception out of the entry ends the process, as the ABI says.
  Entry& entry = handle->library.get<Entry>(entry_symbol);
  const oc_descriptor* descriptor = entry(0);
  if (const auto why = fault(descriptor, manifest)) return refuse(*why);
  return Library(std::move(handle), descriptor);
}

}  // namespace openclaw::host
