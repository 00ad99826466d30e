// One upload and one read a connection; each step waits for the storage.
#include "transfers.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace openclaw::webchat {

using nlohmann::json;
using sdk::Failure;

namespace {

constexpr std::int64_t kUploadMs = 600'000;
constexpr std::uint64_t kRetryMs = 2000;
constexpr std::size_t kMaxReads = 32;

}  // namespace

void Transfers::announce(oc_op ws, const std::string& owner, const Announce& file) {
  const auto refuse = [&](std::string_view code, std::string_view message,
                          std::uint64_t retry_ms = 0) {
    host_.ws_send(ws, error_frame(code, message, file.id, retry_ms));
  };
  if (uploads_.count(ws) != 0) {
    return refuse("upload_running", "a file is being uploaded over this connection already");
  }
  std::string id;
  const auto begun =
      files_.begin({owner, file.name, file.mime, file.bytes}, id,
                   [this, ws](const std::optional<Failure>& failure, const std::string& listed) {
                     if (failure) return store_failed(ws, listed, *failure);
                     stored_piece(ws, listed, 0);
                   });
  switch (begun) {
    case FileIndex::Begun::kEmpty:
      return refuse("empty_file", "the file is empty");
    case FileIndex::Begun::kTooLarge:
      return refuse("file_too_large", "the file is larger than limits.file");
    case FileIndex::Begun::kFull:
      return refuse("try_again", "too many files are being uploaded", kRetryMs);
    case FileIndex::Begun::kYes:
      break;
  }
  uploads_[ws] = {file.id, id, file.bytes, 0, host_.now_ms(), true};
}

bool Transfers::awaits(oc_op ws) const {
  const auto it = uploads_.find(ws);
  return it != uploads_.end() && !it->second.busy;
}

void Transfers::piece(oc_op ws, std::string_view bytes) {
  const auto it = uploads_.find(ws);
  if (it == uploads_.end()) {
    host_.ws_send(ws, error_frame("unexpected_bytes", "no file was announced for these bytes"));
    return;
  }
  Upload& upload = it->second;
  if (upload.busy || bytes.size() != std::min(kPartBytes, upload.bytes - upload.received)) {
    return abort(ws, "bad_piece", "a piece has limits.piece bytes, and follows `upload`");
  }
  upload.busy = true;
  files_.put_part(upload.file, upload.received / kPartBytes, bytes,
                  [this, ws, file = upload.file, size = bytes.size()](const auto& failure) {
                    if (failure) return store_failed(ws, file, *failure);
                    stored_piece(ws, file, size);
                  });
}

Transfers::Upload* Transfers::find(oc_op ws, const std::string& file) {
  const auto it = uploads_.find(ws);
  return it == uploads_.end() || it->second.file != file ? nullptr : &it->second;
}

void Transfers::stored_piece(oc_op ws, const std::string& file, std::uint64_t bytes) {
  Upload* upload = find(ws, file);
  if (upload == nullptr) return files_.drop(file);
  upload->received += bytes;
  if (upload->received < upload->bytes) {
    upload->busy = false;
    host_.ws_send(ws, upload_frame(upload->id, file, upload->received, false));
    return;
  }
  files_.finish(file, [this, ws, file](const auto& failure) {
    const Upload* whole = find(ws, file);
    if (failure) return store_failed(ws, file, *failure);
    if (whole == nullptr) return files_.drop(file);
    host_.ws_send(ws, upload_frame(whole->id, file, whole->bytes, true));
    uploads_.erase(ws);
  });
}

void Transfers::store_failed(oc_op ws, const std::string& file, const Failure& failure) {
  host_.log(OC_LOG_WARN, "webchat.file_not_stored",
            json{{"reason", failure.message}, {"remedy", "check the storage"}}.dump());
  if (find(ws, file) == nullptr) return files_.drop(file);
  abort(ws, "try_again", "the file could not be stored yet", kRetryMs);
}

void Transfers::abort(oc_op ws, std::string_view code, std::string_view message,
                      std::uint64_t retry_ms) {
  const Upload upload = std::move(uploads_.extract(ws).mapped());
  host_.ws_send(ws, error_frame(code, message, upload.id, retry_ms));
  files_.drop(upload.file);
}

void Transfers::drop(oc_op ws, const std::string& owner, const std::string& file) {
  if (find(ws, file) != nullptr) {
    uploads_.erase(ws);
    return files_.drop(file);
  }
  files_.know({file}, [this, owner, file] {
    if (files_.index().find(file, owner) != nullptr) files_.drop(file);
  });
}

void Transfers::closed(oc_op ws) {
  reads_.erase(ws);
  const auto upload = uploads_.extract(ws);
  if (!upload.empty()) files_.drop(upload.mapped().file);
}

void Transfers::sweep() {
  std::vector<oc_op> late;
  for (const auto& [ws, upload] : uploads_) {
    if (host_.now_ms() >= upload.since + kUploadMs) late.push_back(ws);
  }
  for (const oc_op ws : late) abort(ws, "upload_timeout", "a file must arrive within 10 minutes");
}

// Reading.

void Transfers::get(oc_op ws, const std::string& owner, const GetFile& wanted) {
  files_.know({wanted.file}, [this, ws, owner, wanted] { read(ws, owner, wanted); });
}

void Transfers::read(oc_op ws, const std::string& owner, const GetFile& wanted) {
  if (reads_.count(ws) != 0 || reads_.size() >= kMaxReads) {
    host_.ws_send(ws, file_error_frame("rate_limited", "one part at a time", wanted.file, 500));
    return;
  }
  const StoredFile* file = files_.index().find(wanted.file, owner);
  if (file == nullptr || wanted.part >= file->parts()) {
    host_.ws_send(ws, file_error_frame("file_gone", "there is no such file", wanted.file));
    return;
  }
  reads_.insert(ws);
  files_.read_part(*file, wanted.part,
                   [this, ws, wanted, file = *file](const auto& failure, const auto& bytes) {
                     if (reads_.erase(ws) != 0) got(ws, wanted, file, failure, bytes);
                   });
}

void Transfers::got(oc_op ws, const GetFile& wanted, const StoredFile& file,
                    const std::optional<Failure>& failure, std::string_view bytes) {
  if (failure && failure->code == OC_E_NOTFOUND) {
    host_.ws_send(ws, file_error_frame("file_gone", "there is no such file", file.id));
  } else if (failure) {
    host_.ws_send(ws,
                  file_error_frame("try_again", "the file could not be read", file.id, kRetryMs));
  } else {
    host_.ws_send(ws, file_frame(file.id, wanted.part, file.parts(), file.bytes));
    host_.ws_send(ws, bytes, true);
  }
}

}  // namespace openclaw::webchat
