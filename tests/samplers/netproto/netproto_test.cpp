// The running kernel, and the kinds of the fields; what the files say is in the case folders.
#include <gtest/gtest.h>

#include <set>

#include "collector/samplers/netproto/protocol_fields.h"
#include "collector/samplers/netproto/protocol_text.h"
#include "collector/samplers/network_namespace.h"
#include "tests/samplers/sampler_run.h"

namespace collector::test {
namespace {

TEST(NetprotoKernel, EveryFieldOfTheseFilesIsThere) {
  SamplerRun run(sampler_type("netproto"), "/");
  const auto result = run.sample();
  ASSERT_TRUE(result) << result.error().what;
  ASSERT_EQ(run.last().readings().size(), 1U);
  const Reading& reading = run.last().readings()[0];
  EXPECT_EQ(reading.space, network_namespace_id().value());
  const auto values = run.last().values(reading);
  const auto fields = protocol_fields();
  for (std::size_t i = 0; i < fields.size(); ++i)
    EXPECT_TRUE(values[i].present() || fields[i].file == ProtocolFile::snmp6 ||
                fields[i].file == ProtocolFile::sockstat6)
        << fields[i].field;
}

TEST(ProtocolFields, OfOneFileStandTogetherAndHaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  std::set<ProtocolFile> finished;
  ProtocolFile current = protocol_fields()[0].file;
  for (const ProtocolField& field : protocol_fields()) {
    EXPECT_TRUE(names.insert(field.field).second) << field.field;
    if (field.file == current) continue;
    finished.insert(current);
    current = field.file;
    EXPECT_FALSE(finished.contains(current)) << field.field;
  }
  EXPECT_EQ(finished.size() + 1, protocol_files);
}

TEST(ProtocolText, CutAnywhereIsUnderstoodOrNamed) {
  const std::vector<ProtocolNumber> wanted{{"Tcp", "InSegs"}, {"Udp", "OutDatagrams"}};
  std::vector<std::optional<std::uint64_t>> numbers(wanted.size());
  const std::string text = "Tcp: MaxConn InSegs\nTcp: -1 4860\nUdp: OutDatagrams\nUdp: 216\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    Remarks remarks;
    parse_line_pairs(std::string_view(text).substr(0, size), wanted, numbers, remarks);
    // Never a number that was cut off.
    EXPECT_EQ(numbers[0].value_or(4860), 4860U);
    EXPECT_EQ(numbers[1].value_or(216), 216U);
  }
  EXPECT_EQ(numbers[0], 4860U);
  EXPECT_EQ(numbers[1], 216U);
}

using Numbers = std::vector<std::optional<std::uint64_t>>;

TEST(ProtocolText, OneProtocolThatIsBrokenCostsNoOther) {
  const std::vector<ProtocolNumber> wanted{{"Tcp", "InSegs"}, {"Udp", "OutDatagrams"}};
  const auto rejected = [&](std::string_view text, const Numbers& expected) {
    Numbers numbers(wanted.size());
    Remarks remarks;
    parse_line_pairs(text, wanted, numbers, remarks);
    EXPECT_EQ(numbers, expected) << text;
    return remarks.rejected_text();
  };
  const Numbers only_udp{std::nullopt, 216};
  EXPECT_EQ(rejected("Tcp: MaxConn InSegs\nTcp: -1 -5\nUdp: OutDatagrams\nUdp: 216\n", only_udp),
            "Tcp InSegs is not a whole number: \"-5\"");
  EXPECT_EQ(rejected("Tcp: InSegs OutSegs\nTcp: 4860\nUdp: OutDatagrams\nUdp: 216\n", only_udp),
            "Tcp has not as many numbers as names");
  EXPECT_EQ(rejected("Tcp: InSegs\nTcp: 4860 7\nUdp: OutDatagrams\nUdp: 216\n", only_udp),
            "Tcp has not as many numbers as names");
  EXPECT_EQ(rejected("Tcp: InSegs\nUdp: OutDatagrams\nUdp: 216\n", only_udp), "Tcp has names but no numbers");
  EXPECT_EQ(rejected("what is this\nTcp: InSegs\nTcp: 4860\nUdp: OutDatagrams\nUdp: 216\n", {4860, 216}),
            "a line does not begin with a protocol: \"what is this\"");
}

TEST(ProtocolText, OneSocketCountThatIsNoneCostsNoOther) {
  const std::vector<ProtocolNumber> wanted{{"TCP", "inuse"}, {"TCP", "tw"}, {"UDP", "inuse"}};
  Numbers numbers(wanted.size());
  Remarks remarks;
  parse_name_number_lines("TCP: inuse -3 orphan 0 tw 5\nUDP: inuse\n", wanted, numbers, remarks);
  EXPECT_EQ(numbers, (Numbers{std::nullopt, 5, std::nullopt}));
  EXPECT_EQ(remarks.rejected_text(),
            "TCP inuse is not a whole number: \"-3\"; UDP inuse is not a whole number: \"\"");
}

}  // namespace
}  // namespace collector::test
