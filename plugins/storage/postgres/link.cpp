// libpq without its blocking calls.
#include "link.hpp"

#include <libpq-fe.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

namespace openclaw::postgres {

namespace {

/// libpq ends its messages with a line break, and may write several lines, some of them indented.
std::string one_line(const char* words) {
  std::string out;
  for (const char c : std::string_view(words == nullptr ? "" : words)) {
    const bool is_space = c == '\n' || c == '\t' || c == '\r' || c == ' ';
    if (!is_space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

/// What is wrong with the password file that `url` names, which libpq passes over in silence; empty
/// when it names none, or that one will do.
std::string complaint_about_passfile(const std::string& url) {
  char* words = nullptr;
  PQconninfoOption* const options = PQconninfoParse(url.c_str(), &words);
  if (words != nullptr) PQfreemem(words);
  std::string file;
  for (const PQconninfoOption* o = options; o != nullptr && o->keyword != nullptr; ++o) {
    if (std::string_view(o->keyword) == "passfile" && o->val != nullptr) file = o->val;
  }
  PQconninfoFree(options);
  if (file.empty()) return {};
  const std::string which = "; the passfile of storage.url, " + file;
  struct stat about {};
  if (::stat(file.c_str(), &about) != 0 || ::access(file.c_str(), R_OK) != 0) {
    return which + ", cannot be read: " + std::strerror(errno);
  }
  if ((about.st_mode & 077U) != 0) return which + ", can be read by others: chmod 600 it";
  return {};
}

/// Refusals of a connection have no code in libpq before 17, only words, which are not translated
/// since we ask for none.
bool has_one_of(const std::string& words, std::initializer_list<const char*> signs) {
  return std::any_of(signs.begin(), signs.end(),
                     [&](const char* sign) { return words.find(sign) != std::string::npos; });
}

/// Whether the server, asked again, will say the same.
bool will_be_refused_again(const std::string& words) {
  return has_one_of(words, {"authentication failed", "no password supplied", "does not exist",
                            "no pg_hba.conf entry", "permission denied", "not permitted to log in",
                            "certificate", "SSL", "invalid", "root.crt"});
}

constexpr char kNoConnectionLeft[] = "53300";  // too_many_connections

/// By the server, the role's or the database's limit, or by pgbouncer.
bool is_full(const std::string& words) {
  return has_one_of(words, {"too many clients", "remaining connection slots",
                            "too many connections", "no more connections allowed"});
}

}  // namespace

TimePoint deadline_in(std::uint32_t ms) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
}

void Rows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}
int Rows::size() const {
  return PQntuples(result_.get());
}
std::string_view Rows::bytes(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}
std::int64_t Rows::number(int row, int column) const {
  return read_number(bytes(row, column));
}
bool Rows::flag(int row, int column) const {
  const auto value = bytes(row, column);
  return !value.empty() && value[0] != 0;
}
std::int64_t Rows::changed() const {
  return std::strtoll(PQcmdTuples(result_.get()), nullptr, 10);
}

Link::~Link() {
  close();
}

void Link::close() {
  if (connection_ != nullptr) PQfinish(connection_);
  connection_ = nullptr;
}

std::string Link::last_words() const {
  return one_line(PQerrorMessage(connection_));
}

void Link::wait(bool to_write, TimePoint deadline) {
  pollfd fd{PQsocket(connection_), static_cast<short>(to_write ? POLLIN | POLLOUT : POLLIN), 0};
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) throw PgError(PgError::Kind::deadline, "no answer in time");
    const int ready = ::poll(&fd, 1, static_cast<int>(std::min<long>(left.count(), 60'000)));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) {
      throw PgError(PgError::Kind::lost, std::string("cannot wait: ") + std::strerror(errno));
    }
  }
}

void Link::open(TimePoint deadline) {
  close();
  // What the address leaves out libpq takes from the environment: PGPASSWORD, PGSSLMODE and others.
  // A host that is silent is given up after ten seconds, so that the next one of several has its
  // turn, and an idle connection that somebody in between forgot does not cost a whole deadline.
  // One that only listens sends nothing, so it is asked now and then whether the other end is
  // there.
  const char* const keywords[] = {
      "tcp_user_timeout", "keepalives_idle",           "keepalives_interval", "keepalives_count",
      "dbname",           "fallback_application_name", "client_encoding",     nullptr};
  const char* const values[] = {"10000",      "30",       "10",   "3",
                                url_.c_str(), "openclaw", "UTF8", nullptr};
  connection_ = PQconnectStartParams(keywords, values, 1);
  if (connection_ == nullptr) throw PgError(PgError::Kind::unreachable, "out of memory");
  // Libpq looks at the values before it connects.
  const bool at_once = PQstatus(connection_) == CONNECTION_BAD;
  going_down_ = false;
  PQsetNoticeReceiver(
      connection_,
      [](void* down, const pg_result* notice) {
        const char* state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
        if (state != nullptr && std::strncmp(state, "57P", 3) == 0) {
          *static_cast<bool*>(down) = true;
        }
      },
      &going_down_);
  try {
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (PQstatus(connection_) != CONNECTION_BAD && status != PGRES_POLLING_OK &&
           status != PGRES_POLLING_FAILED) {
      wait(status == PGRES_POLLING_WRITING, deadline);
      status = PQconnectPoll(connection_);
    }
    if (PQstatus(connection_) != CONNECTION_OK) {
      const std::string words = last_words();
      if (at_once && words.starts_with("invalid ")) throw PgError(PgError::Kind::unusable, words);
      if (will_be_refused_again(words)) {
        throw PgError(PgError::Kind::refused, words + complaint_about_passfile(url_));
      }
      if (is_full(words)) throw PgError(PgError::Kind::full, words, kNoConnectionLeft);
      throw PgError(PgError::Kind::unreachable, words);
    }
    PQsetnonblocking(connection_, 1);
    names_ = {};
    ++openings_;
  } catch (const PgError& error) {
    const bool late = error.kind == PgError::Kind::deadline;
    const PgError told(late ? PgError::Kind::unreachable : error.kind, error.what(),
                       error.sqlstate);
    close();
    throw told;
  }
}

int Link::backend() const {
  return PQbackendPID(connection_);
}

int Link::server_version() const {
  return PQserverVersion(connection_);
}

/// A server that went down has said so, or closed the connection, while nothing was asked: then
/// surely nothing is under way, and a new connection may serve.
void Link::check_alive() {
  if (connection_ == nullptr) throw PgError(PgError::Kind::unreachable, "not connected");
  pollfd fd{PQsocket(connection_), POLLIN, 0};
  while (::poll(&fd, 1, 0) > 0) {
    const bool open = PQconsumeInput(connection_) != 0 && PQstatus(connection_) == CONNECTION_OK;
    // Its last words come before the end of the stream; isBusy hands them to the receiver.
    const bool busy = open && PQisBusy(connection_) != 0;
    if (!open || busy || going_down_) throw PgError(PgError::Kind::unreachable, last_words());
  }
}

void Link::flush(TimePoint deadline) {
  for (;;) {
    const int more = PQflush(connection_);
    if (more == 0) return;
    if (more < 0) throw PgError(PgError::Kind::lost, last_words());
    wait(true, deadline);
    // The server may have to send before it reads on.
    if (PQconsumeInput(connection_) == 0) throw PgError(PgError::Kind::lost, last_words());
  }
}

pg_result* Link::next_result(TimePoint deadline) {
  while (PQisBusy(connection_) != 0) {
    wait(false, deadline);
    if (PQconsumeInput(connection_) == 0) throw PgError(PgError::Kind::lost, last_words());
  }
  return PQgetResult(connection_);
}

/// The last of the results that come, or the first that is an error.
class Link::Answer {
 public:
  void take(pg_result* result) {
    Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
      last_ = std::move(rows);
    } else if (!failed_) {
      failed_ = true;
      const char* code = PQresultErrorField(result, PG_DIAG_SQLSTATE);
      state_ = code == nullptr ? "" : code;
      words_ = one_line(PQresultErrorMessage(result));
    }
  }
  Rows judged(const pg_conn* connection) {
    if (!failed_) return std::move(last_);
    // Without a code the words are libpq's own: the connection broke. Class 57P says that the
    // server goes down: it may have ended us in the middle of a commit.
    if (state_.empty() || state_.starts_with("57P") || PQstatus(connection) != CONNECTION_OK) {
      throw PgError(PgError::Kind::lost, words_);
    }
    throw PgError(PgError::Kind::server, words_, state_);
  }

 private:
  Rows last_{nullptr};
  std::string state_, words_;
  bool failed_ = false;
};

Rows Link::gather(TimePoint deadline) {
  flush(deadline);
  Answer answer;
  while (pg_result* result = next_result(deadline)) answer.take(result);
  return answer.judged(connection_);
}

/// Of all that was sent in a pipeline, up to where it was synchronized.
Rows Link::gather_pipeline(TimePoint deadline) {
  flush(deadline);
  Answer answer;
  for (bool synchronized = false; !synchronized;) {
    pg_result* const result = next_result(deadline);
    if (result == nullptr) {  // behind each statement
      if (PQstatus(connection_) != CONNECTION_OK) break;
      continue;
    }
    synchronized = PQresultStatus(result) == PGRES_PIPELINE_SYNC;
    if (synchronized) {
      PQclear(result);
    } else {
      answer.take(result);
    }
  }
  if (PQexitPipelineMode(connection_) == 0) throw PgError(PgError::Kind::lost, last_words());
  return answer.judged(connection_);
}

Rows Link::run(const std::string& sql, const Parameters& parameters, TimePoint deadline) {
  const auto values = parameters.values();
  const auto lengths = parameters.lengths();
  const std::vector<int> binary(values.size(), 1);
  const int count = parameters.size();
  const auto sent = [this](int done) {
    if (done == 0) throw PgError(PgError::Kind::lost, last_words());
  };
  const auto send_by = [&](const std::string& name) {
    sent(PQsendQueryPrepared(connection_, name.c_str(), count, values.data(), lengths.data(),
                             binary.data(), 1));
  };
  try {
    check_alive();
    // A name that is unknown would end a transaction that is under way.
    const bool alone = PQtransactionStatus(connection_) == PQTRANS_IDLE;
    if (const std::string name = alone ? names_.name_for(sql) : std::string(); !name.empty()) {
      try {
        if (names_.is_prepared(sql)) {
          send_by(name);
          return gather(deadline);
        }
        // Together, so that it costs no round trip, and one is not done without the other.
        sent(PQenterPipelineMode(connection_));
        sent(PQsendPrepare(connection_, name.c_str(), sql.c_str(), count,
                           parameters.types().data()));
        send_by(name);
        sent(PQpipelineSync(connection_));
        Rows rows = gather_pipeline(deadline);
        names_.prepared(sql);
        return rows;
      } catch (const PgError& error) {
        if (!names_.refused(error)) throw;
      }
    }
    sent(PQsendQueryParams(connection_, sql.c_str(), count, parameters.types().data(),
                           values.data(), lengths.data(), binary.data(), 1));
    return gather(deadline);
  } catch (const PgError& error) {
    if (error.kind != PgError::Kind::server) close();
    throw;
  }
}

void Link::run_script(const std::string& sql, TimePoint deadline) {
  try {
    check_alive();
    if (PQsendQuery(connection_, sql.c_str()) == 0) {
      throw PgError(PgError::Kind::lost, last_words());
    }
    gather(deadline);
  } catch (const PgError& error) {
    if (error.kind != PgError::Kind::server) close();
    throw;
  }
}

std::optional<std::string> Link::notification(TimePoint until) {
  const auto next = [this]() -> std::optional<std::string> {
    PGnotify* notify = PQnotifies(connection_);
    if (notify == nullptr) return std::nullopt;
    std::string payload = notify->extra;
    PQfreemem(notify);
    return payload;
  };
  try {
    for (check_alive();; check_alive()) {
      if (auto payload = next()) return payload;
      wait(false, until);
    }
  } catch (const PgError& error) {
    if (error.kind == PgError::Kind::deadline) return std::nullopt;
    close();
    throw;
  }
}

}  // namespace openclaw::postgres
