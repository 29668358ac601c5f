// Measurements and tags as the spool stores them.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collector/core/error.h"
#include "collector/core/measurement.h"
#include "collector/core/series.h"

namespace collector {

// Everything a measurement says of itself, so that what was written by another version can be read by this
// one.
std::vector<std::byte> encode_definition(const Measurement& measurement);
Result<Measurement> decode_definition(std::span<const std::byte> bytes);

// "interface=eth0,kind=veth"; commas, equal signs and backslashes within are preceded by a backslash.
std::string tags_text(std::span<const Tag> tags);
std::vector<Tag> parse_tags(std::string_view text);

}  // namespace collector
