// A plugin's code in this process, checked against what its manifest said.
#pragma once

#include <memory>

#include "core/host/manifest.hpp"
#include "core/runtime/error.hpp"
#include "openclaw/entry.h"

namespace openclaw::host {

/// Move-only. The code stays mapped until the process ends, also after the object is gone: a
/// callback of the plugin's that is still under way must not lose the ground it stands on.
class Library {
 public:
  /// Runs the plugin's static constructors. One that crashes takes the process with it: what is
  /// not trusted belongs in a child process.
  static Result<Library> load(const Manifest& manifest);
  /// Code that is linked into this program and needs no file: what tests drive an instance with.
  static Library linked(const oc_descriptor& descriptor);

  Library(Library&&) noexcept;
  Library& operator=(Library&&) noexcept;
  ~Library();

  [[nodiscard]] const oc_plugin_api& api() const { return *descriptor_->api; }
  [[nodiscard]] const oc_descriptor& descriptor() const { return *descriptor_; }

 private:
  struct Handle;
  Library(std::unique_ptr<Handle> handle, const oc_descriptor* descriptor);

  std::unique_ptr<Handle> handle_;
  const oc_descriptor* descriptor_;
};

}  // namespace openclaw::host
