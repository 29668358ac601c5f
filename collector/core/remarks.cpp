#include "collector/core/remarks.h"

#include <fmt/format.h>

namespace collector {
namespace {

constexpr std::size_t most_texts = 3;

void append(std::string& all, std::string_view text) {
  if (!all.empty()) all += "; ";
  all += text;
}

void append(std::string& all, std::string_view source, std::string_view text) {
  append(all, source.empty() ? text : source);
  if (!source.empty()) (all += ": ") += text;
}

}  // namespace

void Remarks::clear() {
  source_.clear();
  rejections_.clear();
  names_.clear();
  warning_.clear();
  notice_.clear();
  rejected_ = 0;
}

void Remarks::reject(std::string_view what, std::string_view excerpt) {
  if (rejected_++ >= most_texts) return;
  append(names_, source_, what);
  append(rejections_, source_, what);
  if (!excerpt.empty()) (rejections_ += ": ") += excerpt;
}

void Remarks::warn_of_notice(std::string_view before) {
  (warning_ = before) += notice_;
  notice_.clear();
}

void Remarks::notice(std::string_view what) {
  append(notice_, what);
}

std::string Remarks::rejected_text() const {
  if (rejected_ <= most_texts) return rejections_;
  return fmt::format("{} (and {} more)", rejections_, rejected_ - most_texts);
}

}  // namespace collector
