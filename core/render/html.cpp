#include "core/render/html.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/render/markdown.hpp"

namespace openclaw::render {
namespace {

void escape(std::string& out, std::string_view text, std::string_view newline) {
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += newline;
        break;
      default:
        if (const auto byte = static_cast<unsigned char>(c);
            (byte >= ' ' && byte != 0x7F) || c == '\t')
          out += c;
    }
  }
}

bool is_followed(std::string_view url) {
  static constexpr std::array<std::string_view, 3> kSchemes = {"https:", "http:", "mailto:"};
  return std::any_of(kSchemes.begin(), kSchemes.end(), [url](std::string_view scheme) {
    return std::equal(
        scheme.begin(), scheme.end(), url.begin(),
        url.begin() + static_cast<std::ptrdiff_t>(std::min(scheme.size(), url.size())),
        [](char a, char b) { return a == (b >= 'A' && b <= 'Z' ? b + 32 : b); });
  });
}

class Writer {
 public:
  Writer(const Document& document, std::size_t most) : document_(document), most_(most) {
    is_picture_.assign(document.links.size() + 1, false);
    for (const std::uint32_t place : document.pictures) is_picture_[place] = true;
  }

  std::optional<std::string> run() {
    for (std::size_t i = 0; i < document_.blocks.size() && out_.size() <= most_; ++i) {
      write_block(i);
    }
    close_to(0);
    if (out_.ends_with('\n')) out_.pop_back();
    if (out_.size() > most_) return std::nullopt;
    return std::move(out_);
  }

 private:
  /// A quote or a list that is open.
  struct Container {
    char kind = 'q';        ///< as in Block::path
    std::int64_t next = 0;  ///< the number of an ordered list's next item
  };

  [[nodiscard]] bool is_blank(std::size_t block) const {
    const auto text = std::string_view(document_.text)
                          .substr(document_.blocks[block].begin,
                                  document_.end_of(block) - document_.blocks[block].begin);
    return text.find_first_not_of(" \t\n") == std::string_view::npos;
  }

  void close_to(std::size_t size) {
    while (open_.size() > size) {
      const char kind = open_.back().kind;
      out_ += kind == 'q' ? "</blockquote>" : kind == 'u' ? "</li></ul>" : "</li></ol>";
      open_.pop_back();
    }
    if (size == 0 && !out_.empty() && out_.back() != '\n') out_ += '\n';
  }

  /// `number`: of the item that begins an ordered list.
  void open(char kind, std::int64_t number) {
    open_.push_back({kind, number});
    if (kind == 'q') {
      out_ += "<blockquote>";
    } else if (kind == 'u') {
      out_ += "<ul><li>";
    } else {
      out_ += number == 1 ? "<ol>" : "<ol start=\"" + std::to_string(number) + "\">";
      out_ += "<li>";
    }
  }

  /// Leaves the quotes and lists that the block does not lie in, and enters those that it does.
  void enter(const Block& block) {
    std::size_t shared = 0;
    while (shared < open_.size() && shared < block.path.size() &&
           open_[shared].kind == block.path[shared]) {
      ++shared;
    }
    const std::size_t list = block.path.find_last_of("uo");  // the innermost
    const bool begins_item = block.begins_item && list != std::string::npos;
    if (begins_item && list < shared) {
      // Another number than the next one: another list.
      const bool goes_on = block.number < 0 || block.number == open_[list].next;
      close_to(goes_on ? list + 1 : list);
      shared = open_.size();
      if (goes_on) out_ += "</li><li>";
    }
    close_to(shared);
    for (std::size_t i = shared; i < block.path.size(); ++i) {
      open(block.path[i], begins_item && i == list ? std::max<std::int64_t>(block.number, 0) : 1);
    }
    if (begins_item) open_[list].next = block.number + 1;
  }

  void write_block(std::size_t index) {
    const Block& block = document_.blocks[index];
    const bool says_nothing = block.kind != BlockKind::rule && is_blank(index);
    if (says_nothing && !block.begins_item) return;
    enter(block);
    switch (says_nothing ? BlockKind::paragraph : block.kind) {
      case BlockKind::paragraph:
        if (says_nothing) break;
        write_paragraph(index);
        break;
      case BlockKind::heading: {
        const std::string name = "h" + std::to_string(std::clamp<int>(block.level, 1, 6));
        out_ += "<" + name + ">";
        write_text(index);
        out_ += "</" + name + ">";
        break;
      }
      case BlockKind::code:
        write_code(index);
        break;
      case BlockKind::table:
        if (block.table == 0) {
          write_code(index);
        } else {
          write_table(document_.tables[block.table - 1]);
        }
        break;
      case BlockKind::rule:
        out_ += "<hr>";
        break;
    }
    if (open_.empty()) out_ += '\n';
  }

  void write_paragraph(std::size_t index) {
    const Block& block = document_.blocks[index];
    const bool bare = block.tight_item && block.path.back() != 'q';
    if (!bare) out_ += "<p>";
    write_text(index);
    if (!bare) out_ += "</p>";
  }

  void write_code(std::size_t index) {
    const Block& block = document_.blocks[index];
    out_ += "<pre><code";
    if (!block.language.empty()) {
      out_ += " class=\"language-";
      escape(out_, block.language, " ");
      out_ += '"';
    }
    out_ += '>';
    auto text =
        std::string_view(document_.text).substr(block.begin, document_.end_of(index) - block.begin);
    if (text.ends_with('\n')) text.remove_suffix(1);
    escape(out_, text, "&#10;");
    out_ += "</code></pre>";
  }

  void write_table(const Table& table) {
    out_ += "<table>";
    for (std::size_t r = 0; r < table.rows().size() && out_.size() <= most_; ++r) {
      if (r < 2) out_ += r == 0 ? "<thead>" : "<tbody>";
      out_ += "<tr>";
      std::size_t columns = table.rows()[r].size();
      // md4c fills every row up to the head's width.
      while (r > 0 && columns > 0 && table.rows()[r][columns - 1].text.empty()) --columns;
      for (std::size_t column = 0; column < columns; ++column) {
        const auto& cell = table.rows()[r][column];
        const auto align = table.align_of(column);
        out_ += r == 0 ? "<th" : "<td";
        if (align != Table::Align::left) {
          out_ += align == Table::Align::right ? " align=\"right\"" : " align=\"center\"";
        }
        out_ += '>';
        write_runs(cell.text, cell.runs.data(), cell.runs.size(), 0);
        out_ += r == 0 ? "</th>" : "</td>";
      }
      out_ += "</tr>";
      if (r == 0) out_ += "</thead>";
    }
    out_ += table.rows().size() > 1 ? "</tbody></table>" : "</table>";
  }

  void write_text(std::size_t index) {
    const Block& block = document_.blocks[index];
    const std::size_t count = document_.end_of_runs(index) - block.first_run;
    write_runs(
        std::string_view(document_.text).substr(block.begin, document_.end_of(index) - block.begin),
        document_.runs.data() + block.first_run, count, block.begin);
  }

  /// `offset`: where `text` begins in what the runs count in.
  void write_runs(std::string_view text, const Run* runs, std::size_t count, std::size_t offset) {
    std::vector<Tag> open;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = runs[i].begin - offset;
      std::size_t end = i + 1 < count ? runs[i + 1].begin - offset : text.size();
      const std::uint32_t link = runs[i].style.link;
      if (link != 0 && is_picture_[link] && is_followed(document_.links[link - 1])) {
        while (i + 1 < count && runs[i + 1].style.link == link) ++i;  // its caption's styles go
        end = i + 1 < count ? runs[i + 1].begin - offset : text.size();
        close(open, 0);
        out_ += "<img src=\"";
        escape(out_, document_.links[link - 1], " ");
        out_ += "\" alt=\"";
        escape(out_, text.substr(begin, end - begin), " ");
        out_ += "\">";
        continue;
      }
      change(open, runs[i].style);
      escape(out_, text.substr(begin, end - begin), "<br>");
    }
    close(open, 0);
  }

  struct Tag {
    const char* name;
    std::uint32_t link = 0;
    bool operator==(const Tag& other) const { return name == other.name && link == other.link; }
  };

  void close(std::vector<Tag>& open, std::size_t size) {
    for (; open.size() > size; open.pop_back()) out_ += "</" + std::string(open.back().name) + ">";
  }

  void change(std::vector<Tag>& open, const Style& style) {
    static constexpr const char *kLink = "a", *kBold = "strong", *kItalic = "em", *kStruck = "del",
                                *kCode = "code";
    std::vector<Tag> wanted;
    if (style.link != 0 && is_followed(document_.links[style.link - 1])) {
      wanted.push_back({kLink, style.link});
    }
    if (style.bold) wanted.push_back({kBold});
    if (style.italic) wanted.push_back({kItalic});
    if (style.strikethrough) wanted.push_back({kStruck});
    if (style.code) wanted.push_back({kCode});
    std::size_t same = 0;
    while (same < open.size() && same < wanted.size() && open[same] == wanted[same]) ++same;
    close(open, same);
    for (std::size_t i = same; i < wanted.size(); ++i) {
      out_ += "<" + std::string(wanted[i].name);
      if (wanted[i].link != 0) {
        out_ += " href=\"";
        escape(out_, document_.links[wanted[i].link - 1], " ");
        out_ += '"';
      }
      out_ += '>';
    }
    open = std::move(wanted);
  }

  const Document& document_;
  std::size_t most_;
  std::vector<bool> is_picture_;  ///< by the link's place
  std::string out_;
  std::vector<Container> open_;
};

}  // namespace

std::optional<std::string> html_of(const Document& document, std::size_t most) {
  return Writer(document, most).run();
}

std::optional<std::string> markdown_html(std::string_view markdown) {
  return html_of(parse_markdown(markdown, BareAddresses::links),
                 kHtmlGrowth * markdown.size() + kHtmlRoom);
}

}  // namespace openclaw::render
