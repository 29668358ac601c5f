#include "sinks/json/tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "collector/formats/row_json.h"
#include "sinks/json/compression.h"

namespace collector::json_files {
namespace {

constexpr std::size_t longest_line = 16UL * 1024 * 1024;  // far beyond any row; bounds the memory

}  // namespace

void TailScanner::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t newline = bytes.find('\n');
    if (newline == std::string_view::npos) {
      if (begun_.size() + bytes.size() > longest_line) bad_ = true;
      if (!bad_) begun_ += bytes;
      return;
    }
    if (begun_.empty()) {
      line(bytes.substr(0, newline));
    } else {
      begun_ += bytes.substr(0, newline);
      line(begun_);
      begun_.clear();
    }
    bytes.remove_prefix(newline + 1);
  }
}

void TailScanner::line(std::string_view text) {
  const auto batch = bad_ ? std::nullopt : batch_of_row_json(text);
  if (!batch) {
    bad_ = true;
    tail_.lines_follow = true;
    return;
  }
  if (tail_.last != batch) {
    tail_.complete = tail_.last.value_or(0);
    tail_.last = batch;
    tail_.last_begin = tail_.end;
  }
  tail_.end += text.size() + 1;
}

Outcome<bool> ends_line(const Directory& directory, const std::string& name, std::uint64_t offset) {
  if (offset == 0) return true;
  const auto file = directory.open_file(name, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  char last = 0;
  ssize_t size = 0;
  do
    size = pread(file->descriptor(), &last, 1, static_cast<off_t>(offset - 1));
  while (size < 0 && errno == EINTR);
  if (size < 0) return directory.failed("read", name);
  return size == 1 && last == '\n';
}

Outcome<Tail> scan_tail(const Directory& directory, const std::string& name, std::uint64_t offset) {
  const auto file = directory.open_file(name, O_RDONLY);
  if (!file) return std::unexpected(file.error());
  TailScanner scanner(offset);
  std::string buffer(64UL * 1024, '\0');
  for (;;) {
    const ssize_t size = pread(file->descriptor(), buffer.data(), buffer.size(), static_cast<off_t>(offset));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return directory.failed("read", name);
    if (size == 0) return scanner.tail();
    scanner.feed({buffer.data(), static_cast<std::size_t>(size)});
    offset += static_cast<std::uint64_t>(size);
  }
}

Outcome<std::optional<std::uint64_t>> last_batch(const Directory& directory, const FileName& name) {
  if (!name.compressed) {
    const auto tail = scan_tail(directory, name.text(), 0);
    if (!tail) return std::unexpected(tail.error());
    return tail->last;
  }
  auto reader = ZstdReader::open(directory, name.text());
  if (!reader) return std::unexpected(reader.error());
  TailScanner scanner(0);
  std::string buffer(64UL * 1024, '\0');
  for (;;) {
    const auto size = reader->read(buffer);
    if (!size) return std::unexpected(size.error());
    if (*size == 0) return scanner.tail().last;
    scanner.feed(std::string_view(buffer).substr(0, *size));
  }
}

}  // namespace collector::json_files
