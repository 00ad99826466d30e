#include "core/host/elf_note.hpp"

#include <elf.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "openclaw/entry.h"

namespace openclaw::host {
namespace {

namespace fs = std::filesystem;

#if defined(__x86_64__)
constexpr std::uint16_t own = EM_X86_64, other = EM_AARCH64;
constexpr const char* other_name = "aarch64";
#else
constexpr std::uint16_t own = EM_AARCH64, other = EM_X86_64;
constexpr const char* other_name = "x86-64";
#endif

template <class T>
void append(std::string& to, const T& value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof value);
}

std::string note(std::string_view owner, std::uint32_t type, std::string_view description,
                 std::size_t align = 4) {
  std::string out;
  append(out, Elf64_Nhdr{static_cast<Elf64_Word>(owner.size() + 1),
                         static_cast<Elf64_Word>(description.size()), type});
  const auto padded = [&](std::string_view bytes, std::size_t extra) {
    out += bytes;
    out.append(extra, '\0');
    while ((out.size() - sizeof(Elf64_Nhdr)) % align != 0) out += '\0';
  };
  padded(owner, 1);
  padded(description, 0);
  return out;
}

std::string manifest_note(std::string_view manifest) {
  return note(OC_NOTE_OWNER, OC_NOTE_MANIFEST, manifest);
}

/// A shared object that consists of headers and notes only.
struct Image {
  Elf64_Ehdr header{};
  Elf64_Phdr segment{};
  Elf64_Shdr section{};
  std::string notes;

  explicit Image(std::string of) : notes(std::move(of)) {
    std::memcpy(header.e_ident, ELFMAG, SELFMAG);
    header.e_ident[EI_CLASS] = ELFCLASS64;
    header.e_ident[EI_DATA] = ELFDATA2LSB;
    header.e_type = ET_DYN;
    header.e_machine = own;
    header.e_phoff = sizeof header;
    header.e_phentsize = sizeof segment;
    header.e_phnum = 1;
    header.e_shoff = sizeof header + sizeof segment;
    header.e_shentsize = sizeof section;
    header.e_shnum = 1;
    segment.p_type = PT_NOTE;
    segment.p_align = 4;
    section.sh_type = SHT_NULL;
    segment.p_offset = section.sh_offset = sizeof header + sizeof segment + sizeof section;
    segment.p_filesz = section.sh_size = notes.size();
  }
  [[nodiscard]] std::string bytes() const {
    std::string out;
    append(out, header);
    append(out, segment);
    append(out, section);
    return out + notes;
  }
};

Result<std::string> find(const std::string& bytes) {
  return find_note({bytes.size(), [&](std::uint64_t at, void* to, std::size_t n) {
                      // What the finder promised to check before it reads.
                      EXPECT_LE(n, bytes.size());
                      EXPECT_LE(at, bytes.size() - n);
                      if (n > bytes.size() || at > bytes.size() - n) return false;
                      std::memcpy(to, bytes.data() + at, n);
                      return true;
                    }});
}

std::string reason(const std::string& bytes) {
  const auto found = find(bytes);
  return found ? "found: " + *found : found.error().message;
}

TEST(ElfNote, FindsTheManifestBetweenOtherNotes) {
  EXPECT_EQ(
      reason(Image(note("GNU", 3, "build-id") + manifest_note("{}") + note("X", 1, "")).bytes()),
      "found: {}");
  EXPECT_EQ(reason(Image(manifest_note("12345")).bytes()), "found: 12345");
}

TEST(ElfNote, ReadsSegmentsThatAreAlignedToEight) {
  Image image(note("GNU", 5, "12345", 8) + note(OC_NOTE_OWNER, OC_NOTE_MANIFEST, "{}", 8));
  image.segment.p_align = 8;
  EXPECT_EQ(reason(image.bytes()), "found: {}");
}

TEST(ElfNote, FallsBackToSections) {
  Image image(manifest_note("{}"));
  image.segment.p_type = PT_LOAD;
  image.section.sh_type = SHT_NOTE;
  EXPECT_EQ(reason(image.bytes()), "found: {}");
}

TEST(ElfNote, OwnerAndTypeMustBeExact) {
  const std::string none = "has no OpenClaw manifest: it is not an OpenClaw plugin";
  EXPECT_EQ(reason(Image(note("OpenClaX", OC_NOTE_MANIFEST, "{}")).bytes()), none);
  EXPECT_EQ(reason(Image(note("OpenClaw2", OC_NOTE_MANIFEST, "{}")).bytes()), none);
  EXPECT_EQ(reason(Image(note(OC_NOTE_OWNER, 2, "{}")).bytes()), none);
  EXPECT_EQ(reason(Image("").bytes()), none);
}

TEST(ElfNote, SaysWhatKindOfFileItIsInstead) {
  EXPECT_EQ(reason(""), "not an ELF file");
  EXPECT_EQ(reason("#!/bin/sh\necho this is not a plugin\n"), "not an ELF file");
  Image image(manifest_note("{}"));
  image.header.e_machine = other;
  EXPECT_EQ(reason(image.bytes()), std::string("built for another machine (") + other_name + ")");
  image.header.e_machine = 0xBEEF;
  EXPECT_EQ(reason(image.bytes()), "built for another machine (ELF machine 48879)");
  image.header.e_machine = own;
  image.header.e_type = ET_REL;
  EXPECT_EQ(reason(image.bytes()), "not a shared object");
  image.header.e_ident[EI_DATA] = ELFDATA2MSB;
  EXPECT_EQ(reason(image.bytes()), "built for another machine (big-endian)");
  image.header.e_ident[EI_CLASS] = ELFCLASS32;
  EXPECT_EQ(reason(image.bytes()), "built for another machine (32-bit)");
}

TEST(ElfNote, EveryOffsetIsChecked) {
  const std::string cut = "is cut short or damaged: install it again";
  const auto with = [](auto change) {
    Image image(manifest_note("{}"));
    change(image);
    return reason(image.bytes());
  };
  EXPECT_EQ(with([](Image& i) { i.header.e_phoff = UINT64_MAX; }), cut);
  EXPECT_EQ(with([](Image& i) { i.header.e_phoff = 1'000'000; }), cut);
  EXPECT_EQ(with([](Image& i) { i.header.e_phnum = 0xFFFF; }), cut);
  EXPECT_EQ(with([](Image& i) { i.header.e_phentsize = 8; }), cut);
  EXPECT_EQ(with([](Image& i) { i.segment.p_offset = UINT64_MAX - 8; }), cut);
  EXPECT_EQ(with([](Image& i) { i.segment.p_filesz = UINT64_MAX; }), cut);
  EXPECT_EQ(with([](Image& i) { i.segment.p_filesz += 1; }), cut);
  EXPECT_EQ(with([](Image& i) {
              i.segment.p_type = PT_NULL;
              i.header.e_shoff = UINT64_MAX - 4;
            }),
            cut);
}

TEST(ElfNote, RefusesAFileWhoseCodeWasCutOff) {
  Image image(manifest_note("{}"));
  image.header.e_phnum = 2;  // the section's bytes are read as a second segment
  image.header.e_shnum = 0;
  Elf64_Phdr load{};
  load.p_type = PT_LOAD;
  load.p_filesz = 1'000'000;
  static_assert(sizeof load <= sizeof image.section);
  std::memcpy(&image.section, &load, sizeof load);
  EXPECT_EQ(reason(image.bytes()), "is cut short or damaged: install it again");
}

TEST(ElfNote, AManifestThatReachesBeyondItsSegmentIsRefused) {
  std::string notes = manifest_note("{}");
  reinterpret_cast<Elf64_Nhdr*>(notes.data())->n_descsz = 100;
  EXPECT_EQ(reason(Image(notes).bytes()), "its OpenClaw manifest is cut short");
  reinterpret_cast<Elf64_Nhdr*>(notes.data())->n_descsz = UINT32_MAX;
  EXPECT_EQ(reason(Image(notes).bytes()), "its OpenClaw manifest is cut short");
}

TEST(ElfNote, RefusesAManifestOverTheCap) {
  EXPECT_EQ(reason(Image(manifest_note(std::string(max_manifest_bytes + 1, ' '))).bytes()),
            "its OpenClaw manifest is larger than 256 KiB");
  EXPECT_TRUE(find(Image(manifest_note(std::string(max_manifest_bytes, ' '))).bytes()));
}

TEST(ElfNote, RefusesAFileOverTheCapWithoutReadingIt) {
  bool was_read = false;
  const auto found = find_note({max_plugin_bytes + 1, [&](std::uint64_t, void*, std::size_t) {
                                  was_read = true;
                                  return false;
                                }});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message, "is larger than 512 MiB");
  EXPECT_FALSE(was_read);
}

TEST(ElfNote, GivesUpOnAFileFullOfNotes) {
  std::string many;
  for (int i = 0; i < 5000; ++i) many += note("X", 1, "");
  const std::string bytes = Image(many + manifest_note("{}")).bytes();
  int reads = 0;
  const auto found = find_note({bytes.size(), [&](std::uint64_t at, void* to, std::size_t n) {
                                  ++reads;
                                  std::memcpy(to, bytes.data() + at, n);
                                  return true;
                                }});
  EXPECT_FALSE(found);
  EXPECT_LT(reads, 2000);
}

TEST(ElfNote, ReadsThePluginThatWasBuilt) {
  const auto read = read_note(OPENCLAW_BUILT_PLUGINS "/providers/echo.so");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_NE(read->find("\"id\": \"echo\""), std::string::npos);
}

TEST(ElfNote, NeverWaitsForAFifoOrReadsAFolder) {
  std::string folder = fs::temp_directory_path() / "elf-note-XXXXXX";
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::string fifo = folder + "/pipe.so";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(read_note(fifo).error().message, "pipe.so: not a regular file");
  EXPECT_EQ(read_note("/tmp").error().message, "tmp: not a regular file");
  fs::remove_all(folder);
}

/// Whatever the bytes, the finder reads inside them (checked in find) and gives one line.
TEST(ElfNote, SurvivesDamage) {
  std::ifstream file(OPENCLAW_BUILT_PLUGINS "/providers/echo.so", std::ios::binary);
  const std::string echo{std::istreambuf_iterator<char>(file), {}};
  const std::string small = Image(note("GNU", 3, "build-id") + manifest_note("{}")).bytes();
  ASSERT_TRUE(find(echo));
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int refused = 0;
  for (int round = 0; round < 6'000; ++round) {
    std::string bytes = round % 32 == 0 ? echo : small;
    // Damage where it hurts: in the headers and notes.
    const std::size_t reach = std::min<std::size_t>(bytes.size(), 2048);
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      const char values[] = {0, 1, 4, 8, '\x7f', '\x80', '\xff', static_cast<char>(random())};
      bytes[random() % reach] = values[random() % std::size(values)];
    }
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    const auto found = find(bytes);
    if (found) continue;
    ++refused;
    EXPECT_FALSE(found.error().message.empty());
    EXPECT_EQ(found.error().message.find('\n'), std::string::npos);
  }
  EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace openclaw::host
