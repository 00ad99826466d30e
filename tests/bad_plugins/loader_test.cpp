// Has the loader look at each broken plugin: what it can see is refused in one exact line.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <set>

#include <filesystem>
#include <iterator>

#include "core/host/library.hpp"
#include "core/host/registry.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::host {
namespace {

namespace fs = std::filesystem;

std::string path_of(const std::string& name) {
  return std::string(OPENCLAW_BAD_PLUGINS "/") + name + ".so";
}

Result<Library> load(const std::string& file, std::string_view kind = "provider") {
  auto manifest = Registry({{}, {}}).find(kind, file);
  if (!manifest) return std::move(manifest).error();
  return Library::load(*manifest);
}

std::string refusal(const Result<Library>& loaded) {
  return loaded ? "" : loaded.error().message;
}

struct Refused {
  const char* name;
  const char* reason;
};

const Refused refused[] = {
    Refused{"no_note", "has no OpenClaw manifest: it is not an OpenClaw plugin"},
    Refused{"truncated_note", "its OpenClaw manifest is cut short"},
    Refused{"bad_json", "its manifest is not valid JSON"},
    Refused{"wrong_major",
            "built for plugin ABI 2.0, this gateway speaks 1.0: install a matching version"},
    Refused{"needs_later_minor",
            "needs plugin ABI 1.9, this gateway speaks 1.0: install a newer gateway or an "
            "older plugin"},
    Refused{"other_kind", "is a channel plugin, not a provider plugin"},
    Refused{"no_symbol", "does not export oc_plugin_entry_1: build it with openclaw_add_plugin"},
    Refused{"undefined_symbol", "cannot be loaded: undefined symbol: oc_bad_missing"},
    Refused{"no_descriptor", "oc_plugin_entry_1(0) returns no descriptor"},
    Refused{"small_descriptor", "its descriptor is 16 bytes long, ABI 1.0's is 56"},
    Refused{"other_major", "its code asks for ABI 2.0, its manifest for 1.0"},
    Refused{"other_id", "its code calls itself `somebody_else`, its manifest `other_id`"},
    Refused{"no_api", "its descriptor has no api table"},
    Refused{"small_api", "its api table is 56 bytes long, ABI 1.0's is 64"},
    Refused{"null_slot", "its api table lacks destroy"}};

const char* const accepted[] = {
    "extra_symbols",        "no_kind_table",         "null_chat",      "create_refuses",
    "create_silent",        "create_throws",         "start_fails",    "start_never_completes",
    "start_blocks",         "start_completes_twice", "start_throws",   "stop_never_completes",
    "completes_unknown_op", "completes_inside",      "chat_throws",    "chat_never_completes",
    "chat_blocks",          "chat_emits_late",       "foreign_thread", "send_throws",
    "channel_blocks",       "create_blocks",         "apply_blocks",   "chat_bad_tool_call"};

class LoaderRefuses : public ::testing::TestWithParam<Refused> {};

TEST_P(LoaderRefuses, WithOneLineThatSaysWhy) {
  EXPECT_EQ(refusal(load(path_of(GetParam().name))),
            std::string(GetParam().name) + ".so: " + GetParam().reason);
}

INSTANTIATE_TEST_SUITE_P(BadPlugins, LoaderRefuses, ::testing::ValuesIn(refused),
                         [](const auto& test) { return std::string(test.param.name); });

class LoaderAccepts : public ::testing::TestWithParam<const char*> {};

TEST_P(LoaderAccepts, WhatOnlyRunningItShows) {
  const std::string name = GetParam();
  const std::set<std::string> channels = {"send_throws", "channel_blocks", "create_blocks"};
  const char* const kind = name == "apply_blocks"    ? "storage"
                           : channels.contains(name) ? "channel"
                                                     : "provider";
  EXPECT_EQ(refusal(load(path_of(name), kind)), "");
}

INSTANTIATE_TEST_SUITE_P(BadPlugins, LoaderAccepts, ::testing::ValuesIn(accepted),
                         [](const auto& test) { return std::string(test.param); });

TEST(Loader, EveryBrokenPluginIsInOneOfTheseLists) {
  std::size_t built = 0;
  for (const auto& entry : fs::directory_iterator(OPENCLAW_BAD_PLUGINS)) {
    if (entry.path().extension() == ".so") ++built;
  }
  EXPECT_EQ(built, std::size(refused) + std::size(accepted));
}

TEST(Loader, ARefusedPluginLeavesTheNextOneUnharmed) {
  EXPECT_NE(refusal(load(path_of("undefined_symbol"))), "");
  EXPECT_NE(refusal(load(path_of("null_slot"))), "");
  EXPECT_EQ(refusal(load(path_of("completes_inside"))), "");
}

TEST(Loader, NoSymbolOfAPluginReachesAnother) {
  ASSERT_EQ(refusal(load(path_of("extra_symbols"))), "");
  EXPECT_EQ(::dlsym(RTLD_DEFAULT, "oc_bad_shared_name"), nullptr);
  EXPECT_EQ(::dlsym(RTLD_DEFAULT, "oc_plugin_entry_1"), nullptr);
}

TEST(Loader, CodeStaysMappedAfterTheLibraryIsGone) {
  const oc_plugin_api* api = nullptr;
  {
    auto library = load(path_of("create_silent"));
    ASSERT_EQ(refusal(library), "");
    api = &library->api();
  }
  oc_error error{};
  EXPECT_EQ(api->create(nullptr, nullptr, {}, {}, &error), nullptr);
}

TEST(Loader, AHalfCopiedPluginIsRefusedBeforeItCanCrash) {
  const fs::path folder = fs::path(::testing::TempDir()) / "half_copied";
  fs::remove_all(folder);
  fs::create_directory(folder);
  const auto whole = fs::file_size(path_of("chat_throws"));
  std::size_t refusals = 0;
  for (std::uintmax_t kept = 0; kept < whole; kept += 1024) {
    const fs::path file = folder / ("cut" + std::to_string(kept) + ".so");
    fs::copy_file(path_of("chat_throws"), file);
    fs::resize_file(file, kept);
    const auto loaded = load(file);
    // The end of the file is what debuggers read: without it the code is whole.
    if (loaded) break;
    ++refusals;
    EXPECT_EQ(refusal(loaded), file.filename().string() +
                                   (kept == 0 ? ": not an ELF file"
                                              : ": is cut short or damaged: install it again"));
  }
  EXPECT_GT(refusals, 4U);
  fs::remove_all(folder);
}

// The SDK's barrier, in a plugin that was loaded rather than linked.
TEST(Barrier, WhatCreateThrowsIsTheReason) {
  auto refuses = load(path_of("create_refuses"));
  auto throws = load(path_of("create_throws"));
  ASSERT_TRUE(refuses && throws);
  openclaw::testing::FakeHost host, other;
  EXPECT_EQ(host.create(refuses->api(), "bad", "{}"), "the key `model` is missing");
  EXPECT_EQ(other.create(throws->api(), "bad", "{}"),
            "the plugin threw an unknown exception in create");
}

TEST(Barrier, WhatASlotThrowsFailsItsOperation) {
  auto library = load(path_of("chat_throws"));
  ASSERT_TRUE(library);
  openclaw::testing::FakeHost host;
  ASSERT_EQ(host.create(library->api(), "bad", "{}"), "");
  const oc_op op = host.chat("{}", 0, "m");
  ASSERT_NE(host.completion(op), nullptr);
  ASSERT_TRUE(host.completion(op)->failure);
  EXPECT_EQ(host.completion(op)->failure->code, OC_E_PLUGIN);
  EXPECT_EQ(host.completion(op)->failure->message, "the plugin threw an exception in chat");
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST(Barrier, ASlotWithoutAnOperationThrowsIntoTheLogOnly) {
  auto library = load(path_of("send_throws"), "channel");
  ASSERT_TRUE(library);
  openclaw::testing::FakeHost host;
  ASSERT_EQ(host.create(library->api(), "bad", "{}"), "");
  host.typing("chat", true);
  host.partial(OC_PARTIAL_TEXT, "chat", "turn", "x");
  ASSERT_EQ(host.logs.size(), 2U);
  EXPECT_EQ(host.logs[0].event, "plugin.exception");
}

}  // namespace
}  // namespace openclaw::host
