// /proc/net/snmp, netstat and sockstat, as sampler `netproto` reads them.
#include <array>
#include <optional>

#include "collector/samplers/netproto/protocol_text.h"
#include "tests/fuzz/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace collector;
  constexpr std::array<ProtocolNumber, 6> wanted{{{"Ip", "InReceives"},
                                                  {"Tcp", "RetransSegs"},
                                                  {"TcpExt", "ListenDrops"},
                                                  {"IpExt", "InOctets"},
                                                  {"TCP", "inuse"},
                                                  {"UDP", "mem"}}};
  std::array<std::optional<std::uint64_t>, wanted.size()> numbers;
  const auto text = test::as_text(data, size);
  Remarks remarks;
  parse_line_pairs(text, wanted, numbers, remarks);
  parse_name_number_lines(text, wanted, numbers, remarks);
  return 0;
}
