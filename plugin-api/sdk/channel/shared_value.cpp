#include "openclaw/cpp/channel/shared_value.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "openclaw/cpp/json.hpp"

namespace openclaw::sdk {

namespace {

std::uint64_t version_in(std::string_view answer) {
  return count_at(nlohmann::json::parse(answer, nullptr, false), "version");
}

}  // namespace

bool SharedValue::get(Read done) {
  return host_.state_get(key_, [this, done = std::move(done)](const std::optional<Failure>& failure,
                                                              std::string_view answer,
                                                              const std::string& value) {
    const bool absent = failure && failure->code == OC_E_NOTFOUND;
    if (failure && !absent) return done(failure, {});
    version_ = absent ? 0 : version_in(answer);
    done(std::nullopt, absent ? std::string() : value);
  }) != 0;
}

bool SharedValue::put(std::string_view value, Written done) {
  return host_.state_put(
             key_, value, version_,
             [this, done = std::move(done)](const std::optional<Failure>& failure,
                                            std::string_view answer, const std::string&) {
               if (!failure) version_ = version_in(answer);
               done(failure);
             }) != 0;
}

}  // namespace openclaw::sdk
