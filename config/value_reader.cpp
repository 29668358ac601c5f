#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include "collector/core/units.h"
#include "config/check.h"
#include "config/mask.h"
#include "config/suggest.h"
#include "config/table_reader.h"

namespace collector {
namespace {

using Kind = TreeNode::Kind;

// Reads one node by one row. Lives for one call of read_value.
class ValueReader {
 public:
  ValueReader(const Setting& setting, const TreeNode& node, Position at, const std::string& path,
              Problems& problems)
      : setting_(setting), node_(node), at_(at), path_(path), problems_(problems) {}

  std::optional<SettingValue> read() {
    switch (setting_.type) {
      case SettingType::list:
        return read_list();
      case SettingType::map:
      case SettingType::rates:
        return read_map();
      case SettingType::table:
        return read_children();
      default:
        return read_scalar();
    }
  }

 private:
  std::nullopt_t problem(std::string_view what, std::string_view remedy) {
    problems_.add(node_.at.line == 0 ? at_ : node_.at, path_, what, remedy);
    return std::nullopt;
  }
  std::nullopt_t mistyped(std::string_view is) {
    return problem(fmt::format("is {}, but must be {}", is, wanted(setting_)), example());
  }
  std::string example() const {
    if (setting_.type == SettingType::list && node_.kind == Kind::scalar && !hides_text())
      return fmt::format("write [{}]", node_.text);
    if (setting_.type == SettingType::table && !setting_.children.empty()) {
      const Setting& first = setting_.children.front();
      return fmt::format("write {}: {{{}: {}}}", setting_.name, first.name,
                         first.default_text.empty() ? "…" : first.default_text);
    }
    return setting_.default_text.empty() || setting_.default_text == "[]" || setting_.default_text == "{}"
               ? std::string()
               : fmt::format("the default is {}", setting_.default_text);
  }
  bool hides_text() const { return node_.secret || setting_.type == SettingType::secret; }
  std::string shown() const {
    return hides_text() ? std::string(masked_text) : fmt::format("\"{}\"", node_.text);
  }

  std::nullopt_t wrong_kind() {
    switch (node_.kind) {
      case Kind::null:
        return problem("has no value", fmt::format("give {}, or remove the line", wanted(setting_)));
      case Kind::sequence:
        return mistyped("a list");
      case Kind::map:
        return mistyped("a table");
      case Kind::scalar:
        break;
    }
    return mistyped("a single value");
  }

  template <typename T>
  std::optional<T> with_unit(const Result<T>& parsed) {
    if (parsed) return *parsed;
    if (hides_text())
      return problem(fmt::format("{} can't be read as {}", masked_text, wanted(setting_)), "");
    return problem(parsed.error().what, parsed.error().remedy);
  }

  template <typename T, typename Format>
  std::optional<SettingValue> within_limits(std::optional<T> value, Format format) {
    if (!value) return std::nullopt;
    const auto below = [](std::int64_t limit, auto number) {
      if constexpr (std::is_same_v<decltype(number), std::uint64_t>)
        return std::cmp_less(number, limit);
      else
        return number < static_cast<decltype(number)>(limit);
    };
    const auto above = [](std::int64_t limit, auto number) {
      if constexpr (std::is_same_v<decltype(number), std::uint64_t>)
        return std::cmp_greater(number, limit);
      else
        return number > static_cast<decltype(number)>(limit);
    };
    const bool bounded = setting_.maximum != std::numeric_limits<std::int64_t>::max();
    if (below(setting_.minimum, *value))
      return problem(shown() + " is too small", fmt::format("the smallest is {}", format(setting_.minimum)));
    if (bounded && above(setting_.maximum, *value))
      return problem(shown() + " is too large", fmt::format("the largest is {}", format(setting_.maximum)));
    return *value;
  }

  std::optional<SettingValue> read_scalar() {
    if (node_.kind != Kind::scalar) return wrong_kind();
    const std::string& text = node_.text;
    // As print_defaults() writes what has no default.
    if (!node_.quoted && text.starts_with('(') &&
        (text == fmt::format("({})", wanted(setting_)) ||
         text == fmt::format("({}, required)", wanted(setting_))))
      return problem("is not a value", fmt::format("write {}, or remove the line", wanted(setting_)));
    if (std::ranges::find(setting_.choices, text) != setting_.choices.end()) return text;
    switch (setting_.type) {
      case SettingType::boolean:
        return read_boolean();
      case SettingType::integer:
        if (node_.quoted && !node_.substituted)
          return problem(shown() + " is a text", "write it without the quotes");
        return within_limits(with_unit(parse_integer(text)),
                             [](std::int64_t n) { return std::to_string(n); });
      case SettingType::duration:
        return read_duration();
      case SettingType::size:
        return within_limits(with_unit(parse_size(text)),
                             [](std::int64_t n) { return format_size(static_cast<std::uint64_t>(n)); });
      case SettingType::rate:
        return read_rate();
      case SettingType::choice:
        return read_choice();
      case SettingType::path:
        return read_path();
      default:
        break;
    }
    if (text.empty() && setting_.required)
      return problem("is empty", fmt::format("give {}", wanted(setting_)));
    if (setting_.many_lines && text.find('\0') != std::string::npos)
      return problem("holds a control character (0x00)", "remove it");
    if (setting_.many_lines) return text;
    if (has_control_character()) return std::nullopt;
    return std::string(one_line());
  }

  // That of the default; without one, what is a minute at least is counted in days.
  std::string_view likely_unit() const {
    constexpr auto minute = std::chrono::nanoseconds(std::chrono::minutes(1)).count();
    if (setting_.default_text.empty()) return setting_.minimum < minute ? "s" : "d";
    return setting_.default_text.substr(setting_.default_text.size() - 1);
  }

  // A block (|) has a line end behind its text, which is not part of it.
  std::string_view one_line() const {
    std::string_view text = node_.text;
    if (node_.quoted && !node_.substituted && text.ends_with('\n')) text.remove_suffix(1);
    return text;
  }
  bool has_control_character() {
    const std::string what = control_character_in(one_line());
    if (!what.empty())
      problem(what, node_.substituted ? "put the text alone there, on one line" : "remove it");
    return !what.empty();
  }

  std::optional<SettingValue> read_boolean() {
    static constexpr std::array<std::string_view, 6> words = {"true", "false", "on", "off", "yes", "no"};
    if (node_.quoted && !node_.substituted)
      return problem(shown() + " is a text", "write it without the quotes");
    const auto found = std::ranges::find(words, node_.text);
    if (found == words.end())
      return problem(shown() + " is neither true nor false", suggest_unless_hidden(words));
    return (found - words.begin()) % 2 == 0;
  }

  std::optional<SettingValue> read_duration() {
    if (resembles_choice("a duration")) return std::nullopt;
    const auto value = with_unit(parse_duration(node_.text, likely_unit()));
    const auto shown_limit = [](std::int64_t n) { return format_duration(Duration(n)); };
    if (!value || !within_limits(std::optional(value->count()), shown_limit)) return std::nullopt;
    return *value;
  }

  // A word in place of a value with a unit, with a mistake in it.
  bool resembles_choice(std::string_view wanted_value) {
    const std::string_view near = nearest(node_.text, setting_.choices);
    if (near.empty() || hides_text()) return false;
    problem(fmt::format("{} is not {}", shown(), wanted_value), fmt::format("did you mean \"{}\"?", near));
    return true;
  }

  std::optional<SettingValue> read_rate() {
    if (resembles_choice("a rate")) return std::nullopt;
    return within_limits(with_unit(parse_rate(node_.text)),
                         [](std::int64_t n) { return format_rate(static_cast<double>(n)); });
  }

  std::optional<SettingValue> read_choice() {
    return problem(shown() + " is not one of the choices", suggest_unless_hidden(setting_.choices));
  }

  std::optional<SettingValue> read_path() {
    if (node_.text.empty()) return problem("is empty", fmt::format("give {}", wanted(setting_)));
    if (node_.text.starts_with("~/") || node_.text == "~")
      return problem("~ is not replaced here",
                     fmt::format("write ${{HOME}}{}", hides_text() ? "" : node_.text.substr(1)));
    if (has_control_character()) return std::nullopt;
    return std::string(one_line());
  }

  // Lists are of names or patterns, and so are the keys of rates.
  void look_at_glob(std::string_view glob, const TreeNode& node, Position at, const std::string& path) {
    const auto mistake = mistake_in_glob(glob);
    if (!mistake) return;
    const std::string_view shown = node.secret ? masked_text : glob;
    problems_.add(at, path, fmt::format("\"{}\" {}", shown, mistake->what), mistake->remedy);
  }

  std::string suggest_unless_hidden(std::span<const std::string_view> names) const {
    return hides_text() ? "choose from: " + joined(names) : suggest(node_.text, names, "choose from");
  }

  std::optional<SettingValue> read_list() {
    if (node_.kind != Kind::sequence) return wrong_kind();
    // Bad items keep their places: what else looks at the list finds the mistakes of the others too.
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < node_.items.size(); ++i) {
      const TreeNode& item = node_.items[i];
      Setting row;
      row.name = setting_.name;
      row.type = setting_.choices.empty() ? SettingType::text : SettingType::choice;
      row.choices = setting_.choices;
      row.required = true;
      const std::string item_path = fmt::format("{}[{}]", path_, i);
      auto value = read_value(row, item, at_, item_path, problems_);
      if (value && std::ranges::find(texts, item.text) != texts.end()) {
        problems_.add(item.at, item_path,
                      fmt::format("\"{}\" is in the list twice", item.secret ? masked_text : item.text),
                      "remove one");
      } else if (value && setting_.choices.empty()) {
        look_at_glob(item.text, item, item.at, item_path);
      }
      if (!item.broken) texts.push_back(value ? std::get<std::string>(*value) : item.text);
    }
    return texts;
  }

  std::optional<SettingValue> read_map() {
    if (node_.kind == Kind::null) return empty_map();
    if (node_.kind != Kind::map) return wrong_kind();
    std::map<std::string, std::string> texts;
    std::map<std::string, double> rates;
    const bool is_rates = setting_.type == SettingType::rates;
    for (const TreeEntry& entry : node_.entries) {
      Setting row = setting_;
      row.type = is_rates ? SettingType::rate : SettingType::text;
      row.default_text = {};
      const auto value = read_value(row, entry.value, entry.at, child_path(path_, entry.key), problems_);
      if (is_rates) look_at_glob(entry.key, {}, entry.at, child_path(path_, entry.key));
      if (!value) continue;
      if (is_rates) {
        rates[entry.key] = std::get<double>(*value);
      } else {
        texts[entry.key] = std::get<std::string>(*value);
      }
    }
    if (is_rates) return rates;
    return texts;
  }

  SettingValue empty_map() const {
    if (setting_.type == SettingType::rates) return std::map<std::string, double>{};
    return std::map<std::string, std::string>{};
  }

  std::optional<SettingValue> read_children() {
    if (node_.kind != Kind::map && node_.kind != Kind::null) return wrong_kind();
    return std::make_shared<const Settings>(read_table(setting_.children, node_, at_, path_, {}, problems_));
  }

  const Setting& setting_;
  const TreeNode& node_;
  Position at_;
  const std::string& path_;
  Problems& problems_;
};

}  // namespace

std::optional<SettingValue> read_value(const Setting& setting, const TreeNode& node, Position at,
                                       const std::string& path, Problems& problems) {
  if (node.broken) return std::nullopt;
  return ValueReader(setting, node, at, path, problems).read();
}

}  // namespace collector
