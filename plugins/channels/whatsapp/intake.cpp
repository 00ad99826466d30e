#include "intake.hpp"

#include "openclaw/cpp/json.hpp"

namespace openclaw::whatsapp {

void Intake::run() {
  while (!failed_ && open_ < kAtOnce && next_ < messages_.size()) submit_one(messages_[next_++]);
  if (open_ != 0 || !done_) return;
  if (failed_ || next_ == messages_.size()) std::exchange(done_, nullptr)(!failed_);
}

void Intake::submit_one(const Incoming& incoming) {
  const IncomingView borrowed(incoming);
  const oc_op op = host_.submit(
      borrowed.message(), [self = shared_from_this()](const std::optional<sdk::Failure>& failure,
                                                      std::string_view, const std::string&) {
        --self->open_;
        self->answered(failure);
        self->run();
      });
  if (op == 0) {
    failed_ = true;
  } else {
    ++open_;
  }
}

void Intake::answered(const std::optional<sdk::Failure>& failure) {
  if (!failure) return;
  const bool never =
      failure->code == OC_E_INVAL;  // what can never be accepted is not worth a retry
  host_.log(OC_LOG_WARN, never ? "whatsapp.message_refused" : "whatsapp.message_not_stored",
            sdk::to_text(nlohmann::json{{"error", failure->message}}));
  if (!never) failed_ = true;
}

}  // namespace openclaw::whatsapp
