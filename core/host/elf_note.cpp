#include "core/host/elf_note.hpp"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "openclaw/entry.h"

namespace openclaw::host {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t own_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t own_machine = EM_AARCH64;
#else
#error "the plugin ABI is defined for x86-64 and aarch64"
#endif

constexpr std::uint16_t max_headers = 4096;
/// Of all segments together, so that a crafted file cannot keep the reader busy.
constexpr int max_notes = 1024;

Error because(std::string reason, Errc code = Errc::invalid) {
  return {code, std::move(reason)};
}

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case EM_X86_64:
      return "x86-64";
    case EM_AARCH64:
      return "aarch64";
    case EM_386:
      return "i386";
    case EM_ARM:
      return "arm";
    case EM_RISCV:
      return "riscv";
    case EM_PPC64:
      return "ppc64";
    case EM_S390:
      return "s390x";
    default:
      return "ELF machine " + std::to_string(machine);
  }
}

/// Where notes lie, from a program or a section header.
struct Range {
  std::uint64_t at = 0, size = 0, align = 4;
};

class NoteFinder {
 public:
  explicit NoteFinder(const ByteSource& source) : source_(source) {}

  Result<std::string> find() {
    if (auto failure = read_header()) return std::move(*failure);
    std::vector<Range> notes;
    for (std::uint16_t i = 0; i < header_.e_phnum; ++i) {
      Elf64_Phdr segment;
      if (!get(header_.e_phoff, i * sizeof segment, segment)) return cut();
      // Code that lies beyond the end of a half-copied file would crash the process once it runs.
      if (segment.p_type == PT_LOAD && !inside(segment.p_offset, segment.p_filesz)) return cut();
      if (segment.p_type == PT_NOTE) {
        notes.push_back({segment.p_offset, segment.p_filesz, segment.p_align});
      }
    }
    for (const Range& range : notes) {
      if (auto found = scan(range)) return *found;
    }
    // A linker script may leave the note outside of every segment.
    for (std::uint16_t i = 0; i < header_.e_shnum; ++i) {
      Elf64_Shdr section;
      if (!get(header_.e_shoff, i * sizeof section, section)) return cut();
      if (section.sh_type != SHT_NOTE) continue;
      if (auto found = scan({section.sh_offset, section.sh_size, section.sh_addralign})) {
        return *found;
      }
    }
    return because("has no OpenClaw manifest: it is not an OpenClaw plugin");
  }

 private:
  static Error cut() { return because("is cut short or damaged: install it again"); }

  template <class T>
  bool get(std::uint64_t base, std::uint64_t offset, T& out) const {
    std::uint64_t at = 0;
    return !__builtin_add_overflow(base, offset, &at) && inside(at, sizeof out) &&
           source_.read(at, &out, sizeof out);
  }
  [[nodiscard]] bool inside(std::uint64_t at, std::uint64_t n) const {
    return at <= source_.size && n <= source_.size - at;
  }

  std::optional<Error> read_header() {
    if (source_.size > max_plugin_bytes) {
      return because("is larger than " + std::to_string(max_plugin_bytes >> 20U) + " MiB",
                     Errc::too_large);
    }
    unsigned char ident[EI_NIDENT];
    if (!get(0, 0, ident) || std::memcmp(ident, ELFMAG, SELFMAG) != 0) {
      return because("not an ELF file");
    }
    if (ident[EI_CLASS] != ELFCLASS64) return because("built for another machine (32-bit)");
    if (ident[EI_DATA] != ELFDATA2LSB) return because("built for another machine (big-endian)");
    if (!get(0, 0, header_)) return cut();
    if (header_.e_machine != own_machine) {
      return because("built for another machine (" + machine_name(header_.e_machine) + ")");
    }
    if (header_.e_type != ET_DYN) return because("not a shared object");
    const bool segments = header_.e_phnum == 0 || header_.e_phentsize == sizeof(Elf64_Phdr);
    const bool sections = header_.e_shnum == 0 || header_.e_shentsize == sizeof(Elf64_Shdr);
    if (!segments || !sections || header_.e_phnum > max_headers || header_.e_shnum > max_headers) {
      return cut();
    }
    return std::nullopt;
  }

  /// Nothing when this range has no manifest; a damaged foreign note ends the range.
  std::optional<Result<std::string>> scan(const Range& range) {
    if (!inside(range.at, range.size)) return Result<std::string>(cut());
    const std::uint64_t align = range.align == 8 ? 8 : 4;
    const auto padded = [align](std::uint64_t n) { return (n + align - 1) / align * align; };
    std::uint64_t at = 0;
    while (range.size - at >= sizeof(Elf64_Nhdr) && notes_++ < max_notes) {
      Elf64_Nhdr note;
      if (!get(range.at, at, note)) return Result<std::string>(cut());
      at += sizeof note;
      const std::uint64_t name = at;
      const std::uint64_t left = range.size - at;
      // Both lengths are 32 bits wide: these sums cannot overflow.
      const std::uint64_t description = padded(note.n_namesz);
      const bool complete = description + note.n_descsz <= left;
      if (is_manifest(note, range.at + name, left)) {
        if (!complete) return Result<std::string>(because("its OpenClaw manifest is cut short"));
        return take(range.at + name + description, note.n_descsz);
      }
      if (!complete) return std::nullopt;
      const std::uint64_t next = description + padded(note.n_descsz);
      if (next > left) return std::nullopt;
      at += next;
    }
    return std::nullopt;
  }

  bool is_manifest(const Elf64_Nhdr& note, std::uint64_t name, std::uint64_t left) const {
    char owner[sizeof OC_NOTE_OWNER];
    return note.n_type == OC_NOTE_MANIFEST && note.n_namesz == sizeof owner &&
           sizeof owner <= left && get(name, 0, owner) &&
           std::memcmp(owner, OC_NOTE_OWNER, sizeof owner) == 0;
  }

  Result<std::string> take(std::uint64_t at, std::uint64_t n) const {
    if (n > max_manifest_bytes) {
      return because("its OpenClaw manifest is larger than " +
                         std::to_string(max_manifest_bytes >> 10U) + " KiB",
                     Errc::too_large);
    }
    std::string manifest(n, '\0');
    if (!inside(at, n) || (n != 0 && !source_.read(at, manifest.data(), n))) return cut();
    return manifest;
  }

  const ByteSource& source_;
  Elf64_Ehdr header_{};
  int notes_ = 0;
};

class Descriptor {
 public:
  explicit Descriptor(const std::string& file)
      // Without O_NONBLOCK, opening a FIFO would wait for a writer.
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

bool read_fully(int fd, std::uint64_t at, void* to, std::size_t n) {
  auto* out = static_cast<char*>(to);
  while (n > 0) {
    const ssize_t got = ::pread(fd, out, n, static_cast<off_t>(at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    out += got;
    at += static_cast<std::uint64_t>(got);
    n -= static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

Result<std::string> find_note(const ByteSource& source) {
  return NoteFinder(source).find();
}

Result<std::string> read_note(const std::string& file) {
  const std::string prefix = file_name(file) + ": ";
  const Descriptor descriptor(file);
  struct stat status {};
  if (descriptor.get() < 0 || ::fstat(descriptor.get(), &status) != 0) {
    const int error = errno;
    return because(prefix + "cannot be read from " + file + ": " + std::strerror(error),
                   error == ENOENT || error == ENOTDIR ? Errc::not_found : Errc::invalid);
  }
  if (!S_ISREG(status.st_mode)) return because(prefix + "not a regular file");
  const ByteSource source{static_cast<std::uint64_t>(status.st_size),
                          [&](std::uint64_t at, void* to, std::size_t n) {
                            return read_fully(descriptor.get(), at, to, n);
                          }};
  auto note = find_note(source);
  if (!note) return because(prefix + note.error().message, note.error().code);
  return note;
}

std::string file_name(const std::string& file) {
  const auto slash = file.rfind('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

}  // namespace openclaw::host
