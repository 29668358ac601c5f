#include "collector/formats/line_protocol.h"

#include "collector/formats/line_protocol_writer.h"

namespace collector {

void append_line_protocol(const Batch& batch, const Row& row, const RowFormat& format, std::string& out) {
  LineProtocolWriter writer({.format = format, .precision = TimePrecision::nanoseconds});
  writer.begin(batch);
  writer.append(row, out);
}

}  // namespace collector
