#include "core/config/document.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <utility>

#include "core/config/source.hpp"
#include "core/config/suggest.hpp"
#include "core/config/syntax_hint.hpp"

namespace openclaw::config {
namespace {

constexpr std::size_t max_key_bytes = 256;

Mark to_mark(const YAML::Mark& mark) {
  return mark.is_null() ? Mark{} : Mark{mark.line + 1, mark.column + 1};
}

/// Leaves the parser at once; caught in parse_document.
struct Stop {
  Mark mark;
  std::string message;
};

std::size_t count_nodes(const Node& node) {
  std::size_t count = 1;
  for (const Node& item : node.items) {
    count += count_nodes(item);
  }
  for (const Entry& entry : node.entries) {
    count += 1 + count_nodes(entry.value);
  }
  return count;
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& text, const std::string& file,
              std::vector<Diagnostic>& diagnostics)
      : text_(text), file_(file), diagnostics_(diagnostics) {}

  std::optional<Node> root;

  void OnDocumentStart(const YAML::Mark& /*mark*/) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Node node;
    node.mark = to_mark(mark);
    finish(std::move(node), anchor);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    Node node;
    node.kind = Node::Kind::scalar;
    node.mark = to_mark(mark);
    node.text = value;
    node.plain = check_tag(tag, node.mark);
    check_quote(mark);
    finish(std::move(node), anchor);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (++aliases_ > max_aliases) {
      throw Stop{to_mark(mark), "more than 1000 aliases"};
    }
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end()) {
      throw Stop{to_mark(mark), "an alias inside the value that it stands for"};
    }
    charge(count_nodes(found->second), to_mark(mark));
    if (frames_.size() + static_cast<std::size_t>(found->second.height) > max_depth) {
      throw Stop{to_mark(mark), "values are nested deeper than 64"};
    }
    Node copy = found->second;
    copy.mark = to_mark(mark);
    add(std::move(copy));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::sequence, mark, tag, anchor);
  }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    open(Node::Kind::map, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapEnd() override { close(); }

 private:
  struct Frame {
    Node node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::optional<Entry> pending;  // a key that waits for its value
    std::map<std::string, Mark> keys;
    std::vector<Node> merges;
  };

  void error(Mark mark, std::string key, std::string message) {
    diagnostics_.push_back(
        {Severity::error, file_, mark.line, mark.column, std::move(key), std::move(message)});
  }

  /// Whether the scalar is plain: one whose type follows from its text.
  bool check_tag(const std::string& tag, Mark mark) {
    const std::string_view core = "tag:yaml.org,2002:";
    if (tag.empty() || tag == "?") {
      return true;
    }
    if (tag == "!" || tag == "tag:yaml.org,2002:str") {
      return false;
    }
    if (tag.compare(0, core.size(), core) != 0) {
      error(mark, "", "custom tags (!name) are not supported; remove the tag");
    }
    return true;
  }

  /// The parser takes a quoted value without an end for one that ends with the file.
  void check_quote(const YAML::Mark& mark) {
    std::size_t at = mark.pos < 0 ? text_.size() : static_cast<std::size_t>(mark.pos);
    at += byte_order_mark(text_);
    const char quote = at < text_.size() ? text_[at] : ' ';
    if (quote != '"' && quote != '\'') {
      return;
    }
    for (++at; at < text_.size(); ++at) {
      if (quote == '"' && text_[at] == '\\') {
        ++at;
      } else if (text_[at] == quote && (quote == '"' || text_.compare(at + 1, 1, "'") != 0)) {
        return;
      } else if (text_[at] == quote) {
        ++at;  // two of them stand for one
      }
    }
    throw Stop{to_mark(mark),
               "the quote of line " + std::to_string(mark.line + 1) + " is never closed"};
  }

  void charge(std::size_t nodes, Mark mark) {
    nodes_ += nodes;
    if (nodes_ > max_nodes) {
      throw Stop{mark, "more than 50000 values, those behind aliases counted"};
    }
  }

  void open(Node::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    const Mark at = to_mark(mark);
    if (frames_.size() >= max_depth) {
      throw Stop{at, "values are nested deeper than 64"};
    }
    charge(1, at);
    check_tag(tag, at);
    Frame frame;
    frame.node.kind = kind;
    frame.node.mark = at;
    frame.anchor = anchor;
    frames_.push_back(std::move(frame));
  }

  void close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    for (Node& merged : frame.merges) {
      for (Entry& entry : merged.entries) {
        if (frame.keys.emplace(entry.key, entry.key_mark).second) {
          frame.node.entries.push_back(std::move(entry));
        }
      }
    }
    int height = 0;
    for (const Node& item : frame.node.items) {
      height = std::max(height, item.height);
    }
    for (const Entry& entry : frame.node.entries) {
      height = std::max(height, entry.value.height);
    }
    frame.node.height = height + 1;
    register_anchor(frame.node, frame.anchor);
    add(std::move(frame.node));
  }

  void finish(Node node, YAML::anchor_t anchor) {
    charge(1, node.mark);
    register_anchor(node, anchor);
    add(std::move(node));
  }

  void register_anchor(const Node& node, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      charge(count_nodes(node), node.mark);  // the copy kept here is memory too
      anchors_[anchor] = node;
    }
  }

  void add(Node node) {
    if (frames_.empty()) {
      root = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.kind == Node::Kind::sequence) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.pending) {
      take_key(frame, node);
    } else {
      Entry entry = std::move(*frame.pending);
      frame.pending.reset();
      entry.value = std::move(node);
      take_value(frame, std::move(entry));
    }
  }

  void take_key(Frame& frame, const Node& node) {
    if (node.kind != Node::Kind::scalar) {
      throw Stop{node.mark, "a key must be a word"};
    }
    if (node.text.size() > max_key_bytes) {
      throw Stop{node.mark, "a key longer than 256 bytes"};
    }
    frame.pending = Entry{node.text, node.mark, {}};
  }

  void take_value(Frame& frame, Entry entry) {
    if (entry.key == "<<") {
      merge(frame, std::move(entry));
      return;
    }
    const auto [first, is_new] = frame.keys.emplace(entry.key, entry.key_mark);
    if (is_new) {
      frame.node.entries.push_back(std::move(entry));
    } else {
      error(entry.key_mark, path_to(entry.key),
            "given twice, first in line " + std::to_string(first->second.line) +
                "; remove one of the two");
    }
  }

  /// A key of the innermost map, with all that leads to it.
  std::string path_to(const std::string& key) const {
    std::string path;
    for (const Frame& frame : frames_) {
      if (frame.node.kind == Node::Kind::sequence) {
        path += "[" + std::to_string(frame.node.items.size()) + "]";
      } else {
        path += (path.empty() ? "" : ".") + shown_key(frame.pending ? frame.pending->key : key);
      }
    }
    return path;
  }

  void merge(Frame& frame, Entry entry) {
    if (entry.value.kind == Node::Kind::map) {
      frame.merges.push_back(std::move(entry.value));
      return;
    }
    const bool maps = entry.value.kind == Node::Kind::sequence &&
                      std::all_of(entry.value.items.begin(), entry.value.items.end(),
                                  [](const Node& item) { return item.kind == Node::Kind::map; });
    if (!maps) {
      error(entry.key_mark, "<<", "must name a map, or a list of maps, as in `<<: *defaults`");
      return;
    }
    std::move(entry.value.items.begin(), entry.value.items.end(), std::back_inserter(frame.merges));
  }

  const std::string& text_;
  const std::string& file_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Frame> frames_;
  std::map<YAML::anchor_t, Node> anchors_;
  std::size_t nodes_ = 0;
  std::size_t aliases_ = 0;
};

/// yaml-cpp's message, without what it may quote from the file.
std::string syntax_message(const std::string& message) {
  if (message.find("anchor") != std::string::npos) {
    return "an alias (*name) to an anchor (&name) that is not defined above; quote a value that "
           "starts with *";
  }
  std::string words = message.substr(0, 200);
  if (message.starts_with("alias not found")) {
    words = "a value that begins with `*` needs quotes, as in \"*\"";
  } else if (message == "illegal map value") {
    words =
        "a key where none can be; align it with the keys beside it, or quote the value if it holds "
        "`: `";
  } else if (message == "end of map not found" || message == "end of sequence not found") {
    words = "not aligned with the keys above; indent it as they are";
  } else if (message == "unknown token") {
    words = "a value cannot begin with this character; quote it";
  }
  return "YAML syntax: " + words;
}

}  // namespace

const Entry* Node::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(),
                                  [&](const Entry& entry) { return entry.key == key; });
  return found == entries.end() ? nullptr : &*found;
}

Document parse_document(const std::string& text, const std::string& file) {
  Document document;
  const auto error = [&](Mark mark, std::string message) {
    document.diagnostics.push_back(
        {Severity::error, file, mark.line, mark.column, "", std::move(message)});
  };
  TreeBuilder tree(text, file, document.diagnostics);
  try {
    std::istringstream input(text);
    YAML::Parser parser(input);
    if (parser.HandleNextDocument(tree)) {
      document.root = std::move(tree.root);
      TreeBuilder second(text, file, document.diagnostics);
      if (parser.HandleNextDocument(second)) {
        error(second.root ? second.root->mark : Mark{},
              "a second document (after `---`); the file must hold one");
      }
    }
  } catch (const Stop& stop) {
    error(stop.mark, stop.message);
  } catch (const YAML::Exception& problem) {
    const Mark noticed = to_mark(problem.mark);
    const auto hint = find_mistake(text, noticed);
    error(hint ? hint->mark : noticed, hint ? hint->message : syntax_message(problem.msg));
  }
  return document;
}

}  // namespace openclaw::config
