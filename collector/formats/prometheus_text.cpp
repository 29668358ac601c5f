#include "collector/formats/prometheus_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "collector/formats/text_encoding.h"

namespace collector {
namespace {

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool fits_name(std::string_view name) {
  const auto fits = [](char c) { return is_letter(c) || (c >= '0' && c <= '9'); };
  return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, fits) &&
         !name.starts_with("U__");
}

// A line's end and a backslash are escaped, in quotes a quote too. What no parser takes, and other control
// characters, are written as "%XX".
std::string with_escapes(std::string_view text, bool quoted) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || (quoted && c == '"')) out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

std::string label_value(std::string_view text) {
  // Line ends have an escape of the format's own.
  std::string out;
  while (true) {
    const auto end = text.find('\n');
    out += with_escapes(encode_text(text.substr(0, end), Unfit::controls), true);
    if (end == std::string_view::npos) return out;
    out += "\\n";
    text.remove_prefix(end + 1);
  }
}

std::string number_text(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

}  // namespace

std::string prometheus_name(std::string_view name) {
  if (fits_name(name)) return std::string(name);
  std::string out = "U__";
  for (const char c : name) {
    if (c == '_')
      out += "__";
    else if (is_letter(c) || (c >= '0' && c <= '9'))
      out += c;
    else
      out += fmt::format("_{:x}_", static_cast<unsigned char>(c));
  }
  return out;
}

PrometheusMetric::PrometheusMetric(std::string name, MetricType type, std::string_view help)
    : name_(std::move(name)),
      explanation_(fmt::format("# HELP {0} {1}.\n# TYPE {0} {2}\n", name_, with_escapes(help, false),
                               type == MetricType::counter ? "counter" : "gauge")) {}

void PrometheusMetric::add(std::span<const Tag> labels, double value) {
  add(labels, number_text(value));
}

void PrometheusMetric::add(std::span<const Tag> labels, const std::string& value) {
  samples_ += name_;
  for (const Tag& label : labels) {
    samples_ += &label == labels.data() ? '{' : ',';
    samples_ += fmt::format("{}=\"{}\"", prometheus_name(label.key), label_value(label.value));
  }
  samples_ += fmt::format("{} {}\n", labels.empty() ? "" : "}", value);
}

}  // namespace collector
