#include "core/render/markdown.hpp"

#include <md4c.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/render/chunk.hpp"
#include "core/render/entities.hpp"
#include "core/render/portions.hpp"
#include "core/render/table.hpp"

namespace openclaw::render {
namespace {

/// md4c takes quadratic time for some texts; on this much that is some hundredths of a second.
constexpr std::size_t kPortion = 32 * 1024;

/// Control characters are not: the document drops them.
bool is_visible(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte > ' ' && byte != 0x7F;
}

/// Follows md4c through one portion of the text.
class Reader {
 public:
  Reader(Document& document, std::size_t size) : document_(document), budget_(8 * size + 4096) {}

  int enter(MD_BLOCKTYPE type, const void* detail);
  int leave(MD_BLOCKTYPE type);
  int enter(MD_SPANTYPE type, const void* detail);
  int leave(MD_SPANTYPE type);
  int text(MD_TEXTTYPE type, std::string_view text);

 private:
  struct List {
    bool numbered = false, tight = false;
    std::uint32_t next = 0;
  };

  /// Not 0 ends the parsing: more came out than a text of this length may mean.
  int spend(std::size_t bytes) {
    spent_ += bytes + 1;
    return spent_ > budget_ ? 1 : 0;
  }
  std::string value_of(const MD_ATTRIBUTE& attribute);
  void open(BlockKind kind, std::uint8_t level = 0, std::string language = {});
  /// A tight list's items have no paragraphs. Before a span begins, as a block ends all spans.
  void open_text() {
    if (!open_ && !table_) open(BlockKind::paragraph);
  }
  /// An item that holds nothing, or begins with another list.
  void open_empty_item() {
    if (item_waits_) open(BlockKind::paragraph);
    open_ = false;
  }
  /// The `nth` of its kind; deeper ones than the document tells apart are left out.
  void enter_container(char kind, std::size_t nth) {
    if (nth <= Document::kMaxDepth) path_ += kind;
  }
  void leave_container(std::size_t nth) {
    if (nth <= Document::kMaxDepth) path_.pop_back();
  }
  void add(std::string_view text);
  void begin_link(const MD_ATTRIBUTE& url, bool picture);
  void end_link();

  Document& document_;
  std::size_t budget_, spent_ = 0;
  std::vector<List> lists_;
  std::size_t quotes_ = 0;
  std::string path_;         ///< as in Block
  bool open_ = false;        ///< text goes to the newest block
  bool item_waits_ = false;  ///< an item began, its first block did not yet
  bool first_ = false;       ///< nothing of the outermost list came yet
  int bold_ = 0, italic_ = 0, strikethrough_ = 0, code_ = 0, links_ = 0;
  std::uint32_t link_ = 0;
  bool link_is_blank_ = false;
  std::optional<Table> table_;
};

std::string Reader::value_of(const MD_ATTRIBUTE& attribute) {
  std::string out;
  if (spend(attribute.size) != 0 || attribute.size == 0) return out;
  for (std::size_t i = 0; attribute.substr_offsets[i] < attribute.size; ++i) {
    const std::size_t begin = attribute.substr_offsets[i];
    const std::string_view part(attribute.text + begin, attribute.substr_offsets[i + 1] - begin);
    out += attribute.substr_types[i] == MD_TEXT_ENTITY ? decoded_entity(part) : std::string(part);
  }
  return out;
}

void Reader::open(BlockKind kind, std::uint8_t level, std::string language) {
  Block block;
  block.kind = kind;
  block.level = level;
  block.language = std::move(language);
  block.quotes = static_cast<std::uint8_t>(std::min<std::size_t>(quotes_, Document::kMaxDepth));
  block.depth =
      static_cast<std::uint8_t>(std::min<std::size_t>(lists_.size(), Document::kMaxDepth));
  block.path = path_;
  if (!lists_.empty()) {
    List& list = lists_.back();
    block.tight = list.tight && !first_;
    block.tight_item = list.tight;
    block.begins_item = std::exchange(item_waits_, false);
    if (block.begins_item && list.numbered) block.number = list.next++;
    first_ = false;
  }
  document_.begin(std::move(block));
  open_ = true;
  bold_ = italic_ = strikethrough_ = code_ = links_ = 0;  // no span outlives its block
  link_ = 0;
}

void Reader::add(std::string_view text) {
  if (text.empty()) return;
  if (links_ > 0 && std::any_of(text.begin(), text.end(), is_visible)) link_is_blank_ = false;
  open_text();
  const Style style = {bold_ > 0, italic_ > 0, strikethrough_ > 0, code_ > 0, link_};
  if (table_) return table_->add(text, style);
  document_.add(text, style);
}

/// Of links within each other (an image that is a link) the outermost counts.
void Reader::begin_link(const MD_ATTRIBUTE& url, bool picture) {
  if (links_++ > 0) return;
  link_ = document_.add_link(value_of(url));
  if (picture) document_.pictures.push_back(link_);
  link_is_blank_ = true;
}

void Reader::end_link() {
  if (links_ == 0 || --links_ > 0) return;
  const std::string url = document_.links[link_ - 1];
  if (link_is_blank_) {
    ++links_;
    add(url);
    --links_;
  } else if (table_) {
    table_->add_plain(" (" + url + ")");
  }
  link_ = 0;
}

int Reader::enter(MD_BLOCKTYPE type, const void* detail) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      open_empty_item();
      enter_container('q', ++quotes_);
      break;
    case MD_BLOCK_UL: {
      open_empty_item();
      first_ = lists_.empty();
      lists_.push_back({false, static_cast<const MD_BLOCK_UL_DETAIL*>(detail)->is_tight != 0, 0});
      enter_container('u', lists_.size());
      break;
    }
    case MD_BLOCK_OL: {
      open_empty_item();
      first_ = lists_.empty();
      const auto* list = static_cast<const MD_BLOCK_OL_DETAIL*>(detail);
      lists_.push_back({true, list->is_tight != 0, list->start});
      enter_container('o', lists_.size());
      break;
    }
    case MD_BLOCK_LI:
      open_ = false;
      item_waits_ = true;
      break;
    case MD_BLOCK_HR:
      open(BlockKind::rule);
      open_ = false;
      break;
    case MD_BLOCK_H:
      open(BlockKind::heading,
           static_cast<std::uint8_t>(static_cast<const MD_BLOCK_H_DETAIL*>(detail)->level));
      break;
    case MD_BLOCK_CODE:
      open(BlockKind::code, 0, value_of(static_cast<const MD_BLOCK_CODE_DETAIL*>(detail)->lang));
      break;
    case MD_BLOCK_P:
      open(BlockKind::paragraph);
      break;
    case MD_BLOCK_TABLE:
      open(BlockKind::table);
      table_.emplace();
      break;
    case MD_BLOCK_TR:
      table_->begin_row();
      break;
    case MD_BLOCK_TH:
    case MD_BLOCK_TD: {
      links_ = 0;
      link_ = 0;
      const auto align = static_cast<const MD_BLOCK_TD_DETAIL*>(detail)->align;
      table_->begin_cell(align == MD_ALIGN_RIGHT    ? Table::Align::right
                         : align == MD_ALIGN_CENTER ? Table::Align::centre
                                                    : Table::Align::left);
      break;
    }
    case MD_BLOCK_DOC:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
      break;
  }
  return spend(0);
}

int Reader::leave(MD_BLOCKTYPE type) {
  switch (type) {
    case MD_BLOCK_QUOTE:
      leave_container(quotes_--);
      open_ = false;
      break;
    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      leave_container(lists_.size());
      lists_.pop_back();
      open_ = false;
      break;
    case MD_BLOCK_LI:
      open_empty_item();
      break;
    case MD_BLOCK_TABLE: {
      document_.add(table_->text());
      document_.tables.push_back(std::move(*table_));
      document_.blocks.back().table = static_cast<std::uint32_t>(document_.tables.size());
      table_.reset();
      open_ = false;
      break;
    }
    case MD_BLOCK_H:
    case MD_BLOCK_CODE:
    case MD_BLOCK_P:
      open_ = false;
      break;
    case MD_BLOCK_DOC:
    case MD_BLOCK_HR:
    case MD_BLOCK_HTML:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      break;
  }
  return spend(0);
}

int Reader::enter(MD_SPANTYPE type, const void* detail) {
  open_text();
  if (type == MD_SPAN_STRONG) ++bold_;
  if (type == MD_SPAN_EM) ++italic_;
  if (type == MD_SPAN_DEL) ++strikethrough_;
  if (type == MD_SPAN_CODE) ++code_;
  if (type == MD_SPAN_A) begin_link(static_cast<const MD_SPAN_A_DETAIL*>(detail)->href, false);
  if (type == MD_SPAN_IMG) begin_link(static_cast<const MD_SPAN_IMG_DETAIL*>(detail)->src, true);
  return spend(0);
}

int Reader::leave(MD_SPANTYPE type) {
  // md4c 0.4.8 leaves spans that it did not enter, where emphasis begins in a link's address.
  const auto end = [](int& depth) { depth = std::max(depth - 1, 0); };
  if (type == MD_SPAN_STRONG) end(bold_);
  if (type == MD_SPAN_EM) end(italic_);
  if (type == MD_SPAN_DEL) end(strikethrough_);
  if (type == MD_SPAN_CODE) end(code_);
  if (type == MD_SPAN_A || type == MD_SPAN_IMG) end_link();
  return spend(0);
}

int Reader::text(MD_TEXTTYPE type, std::string_view text) {
  switch (type) {
    case MD_TEXT_NULLCHAR:
      add("\uFFFD");
      break;
    case MD_TEXT_BR:
    case MD_TEXT_SOFTBR:
      add(table_ ? " " : "\n");
      break;
    case MD_TEXT_ENTITY:
      add(decoded_entity(text));
      break;
    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
      add(text);
      break;
  }
  return spend(text.size());
}

/// False: it is not to be had within the bounds. md4c 0.4.8 reads on behind a text that ends within
/// a link, so `text` must end with a newline, and a NUL follow it.
bool parse(const std::string& text, BareAddresses bare, Document& document) {
  Reader reader(document, text.size());
  MD_PARSER parser{};
  parser.flags =
      MD_FLAG_TABLES | MD_FLAG_STRIKETHROUGH | MD_FLAG_NOHTML | MD_FLAG_NOINDENTEDCODEBLOCKS;
  if (bare == BareAddresses::links) {
    // Not www. without a scheme: md4c searches for those in quadratic time.
    parser.flags |= MD_FLAG_PERMISSIVEURLAUTOLINKS;
  }
  parser.enter_block = [](MD_BLOCKTYPE type, void* detail, void* user) {
    return static_cast<Reader*>(user)->enter(type, detail);
  };
  parser.leave_block = [](MD_BLOCKTYPE type, void*, void* user) {
    return static_cast<Reader*>(user)->leave(type);
  };
  parser.enter_span = [](MD_SPANTYPE type, void* detail, void* user) {
    return static_cast<Reader*>(user)->enter(type, detail);
  };
  parser.leave_span = [](MD_SPANTYPE type, void*, void* user) {
    return static_cast<Reader*>(user)->leave(type);
  };
  parser.text = [](MD_TEXTTYPE type, const char* part, MD_SIZE size, void* user) {
    return static_cast<Reader*>(user)->text(type, {part, size});
  };
  return md_parse(text.data(), static_cast<MD_SIZE>(text.size()), &parser, &reader) == 0;
}

}  // namespace

Document parse_markdown(std::string_view markdown, BareAddresses bare) {
  const std::string valid = valid_utf8(markdown);
  Document document;
  for (const std::string_view portion : portions(valid, kPortion)) {
    const std::size_t text = document.text.size(), blocks = document.blocks.size(),
                      runs = document.runs.size(), links = document.links.size(),
                      tables = document.tables.size();
    if (parse(std::string(portion) + '\n', bare, document)) continue;
    document.text.resize(text);
    document.blocks.resize(blocks);
    document.runs.resize(runs);
    document.links.resize(links);
    document.tables.resize(tables);
    std::erase_if(document.pictures, [links](std::uint32_t place) { return place > links; });
    document.begin({});
    document.add(portion);
  }
  return document;
}

}  // namespace openclaw::render
