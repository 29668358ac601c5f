#include "sinks/json/file_state.h"

#include <fmt/format.h>

#include <limits>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/member_reader.h"

namespace collector::json_files {

std::string FileState::text() const {
  std::string out = "{\"file\":";
  append_json_string(file, out);
  out += fmt::format(",\"offset\":{},\"sequence\":{},\"epoch\":", offset, sequence);
  append_json_string(epoch, out);
  return out + "}";
}

std::optional<FileState> FileState::parse(std::string_view text) {
  const auto object = read_json_object(text);
  if (!object) return std::nullopt;
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  MemberReader reader(*object);
  FileState state;
  state.file = reader.text("file");
  state.offset = static_cast<std::uint64_t>(reader.integer("offset", 0, most));
  state.sequence = static_cast<std::uint64_t>(reader.integer("sequence", 0, most));
  state.epoch = reader.text("epoch");
  if (reader.failed()) return std::nullopt;
  return state;
}

}  // namespace collector::json_files
