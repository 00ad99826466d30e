#include "core/pipeline/commands/model_choices.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace openclaw::pipeline {

using nlohmann::json;

bool ModelChoices::is_name(std::string_view model) {
  return !model.empty() && model.size() <= kMaxModelBytes &&
         std::all_of(model.begin(), model.end(),
                     [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7F; });
}

std::string ModelChoices::of(std::string_view session) const {
  const auto found = by_session_.find(session);
  return found == by_session_.end() ? std::string() : found->second->model;
}

void ModelChoices::choose(std::string_view session, std::string_view model) {
  if (const auto found = by_session_.find(session); found != by_session_.end()) {
    choices_.erase(found->second);
    by_session_.erase(found);
  }
  if (model.empty()) return;
  choices_.push_back({std::string(session), std::string(model)});
  by_session_.emplace(session, std::prev(choices_.end()));
  if (choices_.size() > kMaxSessions) {
    by_session_.erase(choices_.front().session);
    choices_.pop_front();
  }
}

std::string ModelChoices::serialise() const {
  json list = json::array();
  for (const Choice& c : choices_) list.push_back({{"session", c.session}, {"model", c.model}});
  return json{{"version", 1}, {"models", std::move(list)}}.dump(-1, ' ', false,
                                                                json::error_handler_t::replace);
}

Result<void> ModelChoices::restore(std::string_view text) {
  const auto broken = [](const std::string& what) {
    return Error{Errc::invalid, "the models chosen with /model cannot be read: " + what};
  };
  ModelChoices read;
  try {
    const json in = json::parse(text);
    if (in.at("version") != 1) return broken("unknown version");
    for (const json& row : in.at("models")) {
      const auto session = row.at("session").get<std::string>();
      const auto model = row.at("model").get<std::string>();
      if (session.empty() || !is_name(model)) return broken("a choice is malformed");
      read.choose(session, model);
    }
  } catch (const json::exception& e) {
    return broken(e.what());
  }
  *this = std::move(read);
  return {};
}

}  // namespace openclaw::pipeline
