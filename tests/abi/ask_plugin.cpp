// ask_plugin FILE CONFIG TEXT: loads a provider as the gateway does, asks once, prints its answer.
#include <cstdio>
#include <string>

#include "core/host/library.hpp"
#include "core/host/registry.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace {

int fail(const std::string& reason) {
  std::fprintf(stderr, "%s\n", reason.c_str());
  return 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace openclaw;
  if (argc != 4) return fail("usage: ask_plugin FILE CONFIG TEXT");
  const auto manifest = host::Registry({{}, {}}).find("provider", argv[1]);
  if (!manifest) return fail(manifest.error().message);
  const auto library = host::Library::load(*manifest);
  if (!library) return fail(library.error().message);

  openclaw::testing::FakeHost gateway;
  const std::string refused = gateway.create(library->api(), manifest->id, argv[2]);
  if (!refused.empty()) return fail(refused);
  const oc_op started = gateway.start();
  gateway.run();
  const std::string text = argv[3];
  const oc_op op =
      gateway.chat(R"({"messages":[{"role":"user","content":")" + text + R"("}]})", 0, text);
  gateway.run();
  const auto* answer = gateway.completion(op);
  if (gateway.completion(started) == nullptr || answer == nullptr) return fail("not completed");
  if (answer->failure) return fail(answer->failure->message);
  if (gateway.wrong_completions() != 0) return fail("completed what was not open");
  std::printf("%s\n", gateway.text(op).c_str());
  return 0;
}
