/* Answers every chat completion with the same bytes, as fast as one thread can: the upstream whose
 * own cost is known when a gateway or a proxy before it is measured.
 *
 * Prints its port on the first line and serves until it is killed. A body that holds "stream":true
 * is answered with an event stream of twenty chunks, written at once. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { max_connections = 4096, max_request = 65536, max_answer = 16384, chunks = 20 };

struct connection {
  size_t used;
  char data[max_request];
};

static struct connection* connections[max_connections];
static char whole[max_answer];
static char streamed[max_answer];

static void fail(const char* what) {
  perror(what);
  exit(1);
}

static void make_answers(void) {
  static const char json[] =
      "{\"id\":\"chatcmpl-fixed\",\"object\":\"chat.completion\",\"created\":1700000000,"
      "\"model\":\"gpt\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
      "\"content\":\"Paris is the capital of France. It lies on the Seine, in the north of the "
      "country, and has been its capital for most of the time since the tenth century.\","
      "\"refusal\":null},\"logprobs\":null,\"finish_reason\":\"stop\"}],"
      "\"usage\":{\"prompt_tokens\":24,\"completion_tokens\":36,\"total_tokens\":60}}";
  snprintf(whole, sizeof whole,
           "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
           sizeof json - 1, json);

  char body[max_answer / 2];
  size_t used = 0;
  for (int i = 0; i < chunks; ++i) {
    used += (size_t)snprintf(
        body + used, sizeof body - used,
        "data: {\"id\":\"chatcmpl-fixed\",\"object\":\"chat.completion.chunk\","
        "\"created\":1700000000,\"model\":\"gpt\",\"choices\":[{\"index\":0,"
        "\"delta\":{%s\"content\":\" word%02d\"},\"logprobs\":null,"
        "\"finish_reason\":%s}]}\n\n",
        i == 0 ? "\"role\":\"assistant\"," : "", i, i == chunks - 1 ? "\"stop\"" : "null");
  }
  used += (size_t)snprintf(body + used, sizeof body - used, "data: [DONE]\n\n");
  snprintf(
      streamed, sizeof streamed,
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
      "%zx\r\n%s\r\n0\r\n\r\n",
      used, body);
}

/* Bytes of the first complete request in the buffer, or 0 while it is incomplete. */
static size_t request_size(const struct connection* c, size_t* body_at) {
  const char* end = memmem(c->data, c->used, "\r\n\r\n", 4);
  if (end == NULL) return 0;
  *body_at = (size_t)(end - c->data) + 4;
  size_t length = 0;
  for (const char* line = c->data; line < end;) {
    const char* next = memchr(line, '\n', (size_t)(end + 2 - line));
    if (strncasecmp(line, "content-length:", 15) == 0) length = strtoul(line + 15, NULL, 10);
    if (next == NULL) break;
    line = next + 1;
  }
  return c->used - *body_at >= length ? *body_at + length : 0;
}

static void hang_up(int fd) {
  free(connections[fd]);
  connections[fd] = NULL;
  close(fd);
}

static void serve(int fd) {
  struct connection* c = connections[fd];
  const ssize_t got = read(fd, c->data + c->used, sizeof c->data - c->used);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    hang_up(fd);
    return;
  }
  c->used += (size_t)got;
  size_t body_at = 0;
  for (size_t size; (size = request_size(c, &body_at)) != 0;) {
    const char* answer =
        memmem(c->data + body_at, size - body_at, "\"stream\":true", 13) ? streamed : whole;
    const size_t length = strlen(answer);
    /* The answer fits a socket's buffer, so less than all of it means that the peer is gone. */
    if (write(fd, answer, length) != (ssize_t)length) {
      hang_up(fd);
      return;
    }
    c->used -= size;
    memmove(c->data, c->data + size, c->used);
  }
  if (c->used == sizeof c->data) hang_up(fd);
}

int main(void) {
  make_answers();
  const int one = 1;
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  if (listener < 0 || bind(listener, (struct sockaddr*)&address, size) != 0 ||
      listen(listener, 1024) != 0 ||
      getsockname(listener, (struct sockaddr*)&address, &size) != 0) {
    fail("cannot listen");
  }
  const int poll = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  if (poll < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event) != 0) fail("epoll");
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  struct epoll_event ready[256];
  for (;;) {
    const int n = epoll_wait(poll, ready, 256, -1);
    if (n < 0 && errno != EINTR) fail("epoll_wait");
    for (int i = 0; i < n; ++i) {
      if (ready[i].data.fd != listener) {
        serve(ready[i].data.fd);
        continue;
      }
      const int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) continue;
      if (fd >= max_connections || (connections[fd] = calloc(1, sizeof **connections)) == NULL) {
        close(fd);
        continue;
      }
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      event.data.fd = fd;
      if (epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) != 0) hang_up(fd);
    }
  }
}
