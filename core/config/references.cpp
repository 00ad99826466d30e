// The rules that span keys of the configuration.
#include <algorithm>
#include <set>

#include "core/config/bind.hpp"
#include "core/config/suggest.hpp"

namespace openclaw::config {
namespace {

class References {
 public:
  References(const Config& config, const std::map<std::string, Mark>& marks, Report& report)
      : config_(config), marks_(marks), report_(report) {
    std::vector<std::string> names;
    for (const Provider& provider : config.providers) {
      names.push_back(provider.name);
    }
    providers_ = each_once(names);
    names.clear();
    for (const Agent& agent : config.agents) {
      names.push_back(agent.id);
    }
    agents_ = each_once(names);
  }

  void check() {
    check_agents();
    check_models();
    for (const Channel& channel : config_.channels) {
      if (!channel.agent.empty()) {
        const std::string account = "channels." + channel.name + ".accounts." + channel.account;
        const std::string own = account + ".agent";
        must_exist(channel.agent, agents_, "agent",
                   marks_.count(own) > 0 ? own : "channels." + channel.name + ".agent");
      }
    }
    check_bindings();
    check_ports();
    check_key_length();
  }

 private:
  /// Two of one name are an error of their own; a list of names has it once.
  static std::vector<std::string> each_once(const std::vector<std::string>& names) {
    std::vector<std::string> out;
    std::set<std::string> seen;
    for (const std::string& name : names) {
      if (seen.insert(name).second) {
        out.push_back(name);
      }
    }
    return out;
  }

  Mark mark_of(const std::string& path) const {
    const auto found = marks_.find(path);
    return found == marks_.end() ? Mark{} : found->second;
  }

  void must_exist(const std::string& name, const std::vector<std::string>& known,
                  const std::string& what, const std::string& path) {
    if (name.empty()) {
      return;  // absent or unusable, which the reader has said
    }
    if (std::find(known.begin(), known.end(), name) != known.end()) {
      return;
    }
    report_.error(mark_of(path), path,
                  "there is no " + what + " of this name" + did_you_mean(name, known) +
                      (known.empty() ? "" : "; there are: " + join_or(known)));
  }

  void check_agents() {
    std::set<std::string> seen;
    for (std::size_t i = 0; i < config_.agents.size(); ++i) {
      const Agent& agent = config_.agents[i];
      const std::string path = "agents[" + std::to_string(i) + "]";
      if (!seen.insert(agent.id).second) {
        report_.error(mark_of(marks_.count(path + ".id") > 0 ? path + ".id" : path), path + ".id",
                      "a second agent of this id; give it another");
      }
      if (!agent.provider.empty()) {
        must_exist(agent.provider, providers_, "provider", path + ".provider");
      }
      for (std::size_t j = 0; j < agent.fallbacks.size(); ++j) {
        must_exist(agent.fallbacks[j], providers_, "provider",
                   path + ".fallbacks[" + std::to_string(j) + "]");
      }
    }
  }

  /// A provider that an agent may come to ask, but for no model. The chain is that of the turns:
  /// the agent's own model is for the first provider in it.
  void check_models() {
    std::map<std::string, std::size_t> usable;
    for (std::size_t i = 0; i < config_.providers.size(); ++i) {
      if (config_.providers[i].unusable_reason.empty()) {
        usable.emplace(config_.providers[i].name, i);
      }
    }
    std::set<std::size_t> told;
    for (const Agent& agent : config_.agents) {
      std::vector<std::string> chain = agent.default_fallbacks ? providers_ : agent.fallbacks;
      chain.insert(chain.begin(), agent.provider);
      bool own_model = !agent.model.empty();
      for (const std::string& name : each_once(chain)) {
        const auto found = usable.find(name);
        if (found == usable.end()) {
          continue;
        }
        const Provider& provider = config_.providers[found->second];
        const bool has_model = own_model || !provider.model.empty() || !provider.names_model;
        if (!has_model && told.insert(found->second).second) {
          const std::string path = "providers[" + std::to_string(found->second) + "]";
          report_.warning(mark_of(path), path + ".model",
                          "is absent, so the provider " + name + " cannot answer for the agent " +
                              agent.id + "; add it");
        }
        own_model = false;
      }
    }
  }

  /// What the binding names, and a second one that could never win.
  void check_bindings() {
    // Every message may be compared with all of them.
    constexpr std::size_t max_bindings = 1000;
    if (config_.bindings.size() > max_bindings) {
      report_.error(mark_of("bindings"), "bindings",
                    "more than 1000 bindings; use channels.<name>.agent for what a whole channel "
                    "or account shares");
      return;
    }
    std::map<std::string, std::vector<std::string>> accounts;
    for (const Channel& channel : config_.channels) {
      accounts[channel.name].push_back(channel.account);
    }
    std::vector<std::string> channels;
    for (const auto& [name, of_it] : accounts) {
      channels.push_back(name);
    }
    std::map<std::string, std::size_t> seen;
    for (std::size_t i = 0; i < config_.bindings.size(); ++i) {
      const Binding& binding = config_.bindings[i];
      const std::string path = "bindings[" + std::to_string(i) + "]";
      must_exist(binding.agent, agents_, "agent", path + ".agent");
      must_exist(binding.channel, channels, "channel", path + ".match.channel");
      if (const auto known = accounts.find(binding.channel); known != accounts.end()) {
        must_exist(binding.account, known->second, "account of " + binding.channel,
                   path + ".match.account");
      }
      if (!binding.roles.empty() && binding.guild.empty()) {
        report_.error(mark_of(path + ".match.roles"), path + ".match.roles",
                      "roles are those of a guild; add `guild` beside them");
      }
      const auto [first, is_new] = seen.emplace(matched_by(binding), i);
      if (!is_new) {
        report_.error(mark_of(path), path,
                      "matches the same as bindings[" + std::to_string(first->second) +
                          "], which comes first, so this one would never be used; remove one of "
                          "them, or make this one more specific");
      }
    }
  }

  /// The same text for two bindings that match the same.
  static std::string matched_by(const Binding& binding) {
    std::vector<std::string> parts = binding.roles;
    std::sort(parts.begin(), parts.end());
    parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
    for (const std::string* part :
         {&binding.channel, &binding.account, &binding.peer_kind, &binding.peer, &binding.thread,
          &binding.guild, &binding.team}) {
      parts.push_back(*part);
    }
    std::string out;
    for (const std::string& part : parts) {
      out += std::to_string(part.size()) + ":" + part;  // so that no two lists read alike
    }
    return out;
  }

  void check_ports() {
    const auto any = [](const std::string& host) { return host == "0.0.0.0" || host == "::"; };
    const Monitoring& monitoring = config_.monitoring;
    const bool same_host = config_.server.host == monitoring.metrics_host ||
                           any(config_.server.host) || any(monitoring.metrics_host);
    if (config_.server.port != 0 && config_.server.port == monitoring.metrics_port && same_host) {
      const std::string path =
          marks_.count("monitoring.metricsPort") > 0 ? "monitoring.metricsPort" : "server.port";
      report_.error(mark_of(path), path,
                    "server.port and monitoring.metricsPort are the same; change one of them");
    }
  }

  void check_key_length() {
    constexpr std::size_t good_length = 16;
    const auto check = [&](const std::string& secret, const std::string& path) {
      if (!secret.empty() && secret.size() < good_length) {
        report_.warning(mark_of(path), path,
                        "shorter than 16 characters, so it can be guessed; take the output of "
                        "`openssl rand -hex 32`");
      }
    };
    check(config_.auth.api_key, "auth.apiKey");
    check(config_.auth.bearer_token, "auth.bearerToken");
  }

  const Config& config_;
  const std::map<std::string, Mark>& marks_;
  Report& report_;
  std::vector<std::string> providers_;
  std::vector<std::string> agents_;
};

}  // namespace

void check_references(const Config& config, const std::map<std::string, Mark>& marks,
                      Report& report) {
  References(config, marks, report).check();
}

}  // namespace openclaw::config
