// Small common ground of the samplers' parse functions: what a cut-off file is, how foreign text is shown,
// and how a file that can't be read or understood becomes the sampler's answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "collector/core/error.h"
#include "collector/samplers/files.h"
#include "collector/samplers/sampler.h"

namespace collector {

// The lines of `text` that end with a newline. The kernel ends every line with one: what follows the last was
// cut off, and a number cut off is a wrong number.
inline std::string_view whole_lines(std::string_view text) {
  return text.substr(0, text.rfind('\n') + 1);
}

// `text` in double quotes for a message: at most 40 characters, what can't be printed as \xNN.
std::string excerpt(std::string_view text);

// The text of a file that stands beside others in one sample: one that the machine lacks is passed over, one
// that can't be read is a remark, so that the others stay. Nothing in both cases.
std::optional<std::string_view> read_beside_others(KeptFile& file, Remarks& remarks);

// The file could not be read: the machine lacks it, or it should have worked.
inline std::unexpected<SampleError> no_sample(const KeptFile::Failure& failure) {
  return failure.missing ? absent(failure.what) : failed(failure.what);
}
// The file was read, and this is wrong with its text.
inline std::unexpected<SampleError> no_sample(const KeptFile& file, const Error& error) {
  return failed(file.path() + ": " + error.text());
}

}  // namespace collector
