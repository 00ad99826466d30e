#include "core/host/manifest.hpp"

#include "core/host/elf_note.hpp"
#include "core/host/manifest_reader.hpp"
#include "core/host/text_format.hpp"
#include "openclaw/abi.h"

namespace openclaw::host {
namespace {

std::string version_text(int major, int minor) {
  return std::to_string(major) + "." + std::to_string(minor);
}

void read_abi(FieldReader& reader, Manifest& m) {
  reader.object("abi", [&](FieldReader& abi) {
    m.abi_major = static_cast<int>(abi.integer("major", 0, 65535));
    m.abi_minor = static_cast<int>(abi.integer("minor", 0, 65535));
    m.abi_minor_needed = static_cast<int>(abi.integer("minorNeeded", 0, 65535));
    abi.allow_only({"major", "minor", "minorNeeded"});
  });
  if (m.abi_minor_needed > m.abi_minor) reader.refuse("abi.minorNeeded", "is above abi.minor");
}

void read_routes(FieldReader& reader, Manifest& m) {
  reader.objects("routes", 64, [&](FieldReader& route) {
    ManifestRoute read;
    read.path = route.text("path", is_route_path, "a path like \"/chat\" or \"/chat/*\"");
    const std::string auth = route.choice("auth", {"none", "apiKey", "plugin"});
    read.auth = auth == "none"     ? ManifestRoute::Auth::none
                : auth == "apiKey" ? ManifestRoute::Auth::api_key
                                   : ManifestRoute::Auth::plugin;
    route.allow_only({"path", "auth"});
    m.routes.push_back(std::move(read));
  });
}

void read_text(FieldReader& reader, Manifest& m) {
  if (!reader.has("text")) return;
  if (m.kind != "channel") reader.refuse("text", "is for channels only");
  reader.object("text", [&](FieldReader& text) { read_text_format(text, m.text); });
}

void read_fields(FieldReader& reader, Manifest& m) {
  m.id = reader.text("id", is_plugin_id, "lower case letters, digits, - and _, at most 64");
  m.kind = reader.choice("kind", {"channel", "provider", "storage"});
  m.version = reader.text("version", is_line, "a version like \"1.2.3\"");
  if (reader.has("licence")) m.licence = reader.text("licence", is_line, "an SPDX identifier");
  if (reader.has("description")) {
    m.description = reader.text("description", is_line, "one line of text");
  }
  m.config_schema_json = reader.json_object("config");
  const char* key_form = "keys of the plugin's section";
  m.secrets = reader.texts("secrets", 64, is_config_key, key_form);
  m.url_keys = reader.texts("urlKeys", 64, is_config_key, key_form);
  m.hosts = reader.texts("hosts", 64, is_host_name, "host names like \"api.example.com\"");
  m.env = reader.text_map("env", 64, is_config_key, is_variable_name,
                          "a mapping of keys to environment variables like \"API_KEY\"");
  read_routes(reader, m);
  read_text(reader, m);
  if (reader.has("dev")) m.dev = reader.boolean("dev");
  // A manifest of a later minor may hold fields that this gateway does not know.
  if (m.abi_minor <= OC_ABI_MINOR) {
    reader.allow_only({"id", "kind", "version", "licence", "description", "abi", "config",
                       "secrets", "env", "hosts", "urlKeys", "routes", "text", "dev"});
  }
}

}  // namespace

Result<Manifest> parse_manifest(std::string_view json, std::string file) {
  Manifest m;
  const auto failure = read_json_object(json, [&](FieldReader& reader) {
    read_abi(reader, m);
    if (m.abi_major == OC_ABI_MAJOR) read_fields(reader, m);
  });
  if (failure) return Error{Errc::invalid, file_name(file) + ": its manifest " + *failure};
  m.file = std::move(file);
  return m;
}

Result<Manifest> read_manifest(const std::string& file) {
  auto note = read_note(file);
  if (!note) return std::move(note).error();
  return parse_manifest(*note, file);
}

Result<void> check_abi(const Manifest& m) {
  const std::string own = version_text(OC_ABI_MAJOR, OC_ABI_MINOR);
  if (m.abi_major != OC_ABI_MAJOR) {
    return Error{Errc::unsupported, file_name(m.file) + ": built for plugin ABI " +
                                        version_text(m.abi_major, m.abi_minor) +
                                        ", this gateway speaks " + own +
                                        ": install a matching version"};
  }
  if (m.abi_minor_needed > OC_ABI_MINOR) {
    return Error{Errc::unsupported, file_name(m.file) + ": needs plugin ABI " +
                                        version_text(m.abi_major, m.abi_minor_needed) +
                                        ", this gateway speaks " + own +
                                        ": install a newer gateway or an older plugin"};
  }
  return {};
}

bool is_plugin_id(std::string_view id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  if (id.empty() || id.size() > 64 || !letter(id.front())) return false;
  for (const char c : id) {
    if (!letter(c) && c != '-' && c != '_') return false;
  }
  return true;
}

}  // namespace openclaw::host
