// How old the rows of a JSON sink's files are. Their numbers tell the order in which they were written; the
// times in their names come from the wall clock and may lie in the future or far back.
#pragma once

#include <span>
#include <vector>

#include "collector/core/late_rows.h"
#include "sinks/json/file_name.h"

namespace collector::json_files {

// For each file a time before which all its rows were measured. `files` are in the order of their numbers,
// `rotate` is the length of time that one covers, `believed` the present as far as it is confirmed, `latest`
// the latest time that may be the present: what is before that is not of the future.
//
// Names whose times follow their order are right: the longest such sequence without anything in the future.
// All rows of a file were there when the next file of that sequence began. A file beside it was written
// before that as well; it counts as younger only if its own time says so and that is past. The time in a name
// that stands for something younger (`young`) is not asked: the file was just written.
std::vector<WallTime> newest_rows(std::span<const FileName> files, Duration rotate, WallTime believed,
                                  WallTime latest, std::span<const StampRange> young = {});

}  // namespace collector::json_files
