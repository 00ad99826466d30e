// Opens and uses the stores of the tests.
#include "test_opening.hpp"

#include "test_server.hpp"
#include "writer.hpp"

namespace openclaw::redis {

using testing::Ids;
using testing::Ingest;
using testing::StoreInstance;

namespace {
constexpr const char* kPrefix = "opening";
}  // namespace

Opened open_writer(const std::string& url) {
  Opened out;
  try {
    const Writer writer(read_settings(section(url, kPrefix)),
                        [&](Writer::Tone, const std::string& event, const std::string& words) {
                          out.told += event + ": " + words + '\n';
                        });
  } catch (const sdk::StoreError& error) {
    out.refusal = error.what();
    out.status = error.code;
  }
  return out;
}

std::string use(const std::string& url) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url, kPrefix));
  auto writer = instance.writer();
  if (!writer.is_open()) return writer.last.message;
  const auto id = writer.one(Ingest{.payload = std::string(3 << 20, 'x')}).id;
  auto reader = instance.reader();
  if (!reader.is_open()) return reader.last.message;
  const auto rows = reader.inbox(OC_LIST_LIVE, id - 1);
  return rows.size() == 1 && rows[0].payload.size() == 3 << 20 ? "" : "it did not come back";
}

std::string share(const std::string& url) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url, kPrefix));
  auto a = instance.member("a"), b = instance.member("b");
  if (!a.is_open() || !b.is_open()) return a.last.message + b.last.message;
  a.apply({Ingest{.session = "shared", .flags = OC_INGEST_LEAVE}, testing::Lease{"x"},
           testing::Notice{"b", "t", "x"}});
  auto waiting = instance.reader();
  for (int i = 0; i < 2; ++i) {
    if (waiting.wait("b", 100) != OC_OK) return waiting.last.message;
  }
  const auto got = b.collect();
  if (got.messages.empty() || got.notices.size() != 1) return "it did not come";
  const Ids ids{got.messages.back().id};
  b.apply({testing::Attempt{"shared", 1, ids},
           testing::Finish{.session = "shared", .epoch = 1, .ids = ids}});
  return a.members().size() == 2 ? "" : "they do not see each other";
}

}  // namespace openclaw::redis
