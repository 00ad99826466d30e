#include "core/config/load.hpp"

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/config/bind.hpp"
#include "core/config/core_schema.hpp"
#include "core/config/sections.hpp"
#include "core/config/source.hpp"

namespace openclaw::config {
namespace {

constexpr const char* needed_keys =
    "it needs at least `auth: { apiKey: \"${OPENCLAW_API_KEY}\" }` and one provider, as in "
    "`providers: [{ name: openai, apiKey: \"${OPENAI_API_KEY}\", model: gpt-4o }]`";

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) {
    return ".";
  }
  return slash == 0 ? "/" : path.substr(0, slash);
}

std::string absolute_folder(const std::string& path) {
  const std::string folder = folder_of(path);
  if (folder[0] == '/') {
    return folder;
  }
  char* resolved = ::realpath(folder.c_str(), nullptr);
  if (resolved == nullptr) {
    return folder;
  }
  std::string out = resolved;
  ::free(resolved);
  return out;
}

bool is_loopback(const std::string& host) {
  return host == "localhost" || host == "::1" || host.compare(0, 4, "127.") == 0;
}

bool is_set(const Environment& environment, const char* name) {
  const auto value = environment ? environment(name) : std::nullopt;
  return value && !value->empty();
}

/// The steps of one load, in order.
class Load {
 public:
  explicit Load(const LoadOptions& options)
      : options_(options),
        path_(options.path.empty() ? default_path(options.home) : options.path),
        report_(path_),
        context_{options.env, options.home, absolute_folder(path_), options.dev, report_} {}

  Loaded run() {
    return finished([this](const Node& root) {
      read_core(root, core_schema());
      check_plugin_places();
      read_sections(root);
      apply_dev();
      check_references(config_, marks_, report_);
    });
  }

  Loaded run_for_auth() {
    return finished([this](const Node& root) {
      read_section(root, "auth");
      config_.dev = options_.dev;
    });
  }

  Loaded run_for_storage() {
    return finished([this](const Node& root) {
      read_section(root, "plugins");
      config_.storage = SectionLoader(options_, context_, config_.plugins, marks_).storage(root);
      config_.dev = options_.dev;
    });
  }

 private:
  template <class Read>
  Loaded finished(Read read) {
    Loaded out;
    if (const auto root = read_root()) {
      read(*root);
      if (context_.secret_in_file && is_public(path_)) {
        report_.warning({}, "", "readable by others and holds a secret; run chmod 600 on it");
      }
      if (report_.errors() == 0) {
        out.config = std::move(config_);
      }
    }
    out.diagnostics = report_.take();
    out.file = path_;
    return out;
  }

  std::optional<Node> read_root() {
    // Another folder may be a volume whose mode is not the operator's to choose; ours is.
    if (options_.path.empty() && !options_.text) {
      if (auto kept = check_folder(folder_of(path_)); !kept) {
        report_.error({}, "", kept.error().message);
        return std::nullopt;
      }
    }
    auto text = options_.text ? Result<std::string>(*options_.text) : read_source(path_);
    if (!text) {
      // Development mode works without the default file, but never without one that was named.
      if (text.error().code == Errc::not_found && options_.dev && options_.path.empty()) {
        context_.base_folder = options_.home + "/.openclaw";
        report_.forget_file();
        path_.clear();
        return empty_root();
      }
      const bool missing = text.error().code == Errc::not_found;
      report_.error({}, "",
                    text.error().message + (missing ? std::string("; ") + needed_keys : ""));
      return std::nullopt;
    }
    config_.file = path_;
    if (auto refused = reject_source(*text, path_)) {
      report_.add({std::move(*refused)});
      return std::nullopt;
    }
    Document document = parse_document(*text, path_);
    report_.add(std::move(document.diagnostics));
    if (document.root && document.root->kind == Node::Kind::map) {
      return std::move(document.root);
    }
    if (document.root && document.root->kind != Node::Kind::null) {
      report_.error(document.root->mark, "",
                    std::string("the file must be a map of keys; ") + needed_keys);
    } else if (report_.errors() == 0 && options_.dev) {
      return empty_root();
    } else if (report_.errors() == 0) {
      report_.error({1, 1}, "", std::string("the file is empty; ") + needed_keys);
    }
    return std::nullopt;
  }

  static Node empty_root() {
    Node root;
    root.kind = Node::Kind::map;
    return root;
  }

  /// One of the core's own, as if the file had no other.
  void read_section(const Node& root, const char* name) {
    nlohmann::json schema = core_schema();
    const nlohmann::json section = schema.at("properties").at(name);
    schema["properties"] = {{name, section}};
    Node part = empty_root();
    if (const Entry* entry = root.find(name)) part.entries.push_back(*entry);
    read_core(part, schema);
  }

  void read_core(const Node& root, const nlohmann::json& schema) {
    SchemaReader reader(context_, schema);
    reader.fill_absent_objects = true;
    // An absent key of the top level belongs to no line; the first one is where an editor opens.
    reader.marks[""] = config_.file.empty() ? Mark{} : Mark{1, 1};
    if (const auto checked = reader.read(root, schema, "")) {
      bind_core(*checked, config_);
    }
    for (const UnsetVariable& gap : reader.unset) {
      judge_unset(gap);
    }
    marks_ = std::move(reader.marks);
  }

  void judge_unset(const UnsetVariable& gap) {
    const std::string missing = gap.variable + " is not set";
    if (gap.schema.value("x-unset", "") == "absent") {
      report_.warning(gap.mark, gap.key, missing + "; the key counts as absent");
    } else if (options_.dev && gap.schema.contains("x-dev-optional")) {
      report_.warning(gap.mark, gap.key, missing + "; development mode goes on without");
    } else if (gap.schema.contains("x-secret") || gap.schema.value("x-unset", "") == "own") {
      // The one that many a shell shows to its user, and to nobody else.
      const char* how = gap.variable == "HOSTNAME" ? ", in a shell by `export HOSTNAME`" : "";
      report_.error(gap.mark, gap.key, missing + "; set it in the gateway's environment" + how);
    } else {
      report_.error(gap.mark, gap.key,
                    missing + "; set it in the gateway's environment, or write ${" + gap.variable +
                        ":-default}");
    }
  }

  /// A place without a plugin is not seen again: its name is just one that is not installed.
  void check_plugin_places() {
    const auto warn = [&](const char* list, std::size_t i, const std::string& message) {
      const std::string path = std::string("plugins.") + list + "[" + std::to_string(i) + "]";
      report_.warning(marks_[path], path, message);
    };
    const Plugins& plugins = config_.plugins;
    for (std::size_t i = 0; i < plugins.directories.size(); ++i) {
      if (!is_folder(plugins.directories[i])) {
        warn("directories", i, "there is no such folder; correct the path, or remove the entry");
      }
    }
    for (std::size_t i = 0; i < plugins.load.size() && options_.check_plugin_file; ++i) {
      if (const auto usable = options_.check_plugin_file(plugins.load[i]); !usable) {
        warn("load", i, "cannot be used: " + usable.error().message);
      }
    }
  }

  void read_sections(const Node& root) {
    SectionLoader sections(options_, context_, config_.plugins, marks_);
    config_.providers = sections.providers(root);
    config_.channels = sections.channels(root);
    config_.storage = sections.storage(root);
  }

  void apply_dev() {
    config_.dev = options_.dev;
    if (!options_.dev) {
      return;
    }
    if (!is_set(options_.env, "OPENCLAW_HOST")) {
      config_.server.host = "127.0.0.1";
    }
    config_.monitoring.metrics_port_moves = marks_.count("monitoring.metricsPort") == 0;
    if (marks_.count("server.logLevel") == 0) {
      config_.server.log_level = "debug";
    }
    if (config_.auth.api_key.empty() && !is_loopback(config_.server.host)) {
      report_.error({}, "server.host",
                    "development mode without auth.apiKey may only listen on 127.0.0.1; unset "
                    "OPENCLAW_HOST, or set OPENCLAW_API_KEY");
    }
  }

  const LoadOptions& options_;
  std::string path_;
  Report report_;
  ReadContext context_;
  Config config_;
  std::map<std::string, Mark> marks_;
};

}  // namespace

Loaded load(const LoadOptions& options) {
  return Load(options).run();
}

Loaded load_auth(const LoadOptions& options) {
  return Load(options).run_for_auth();
}

Loaded load_storage(const LoadOptions& options) {
  return Load(options).run_for_storage();
}

std::string default_path(const std::string& home) {
  return home + "/.openclaw/gateway.yaml";
}

Environment process_environment() {
  return [](std::string_view name) -> std::optional<std::string> {
    const char* value = ::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

}  // namespace openclaw::config
