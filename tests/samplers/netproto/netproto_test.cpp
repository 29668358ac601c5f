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
    const auto parsed = parse_line_pairs(std::string_view(text).substr(0, size), wanted, numbers);
    EXPECT_TRUE(parsed || !parsed.error().what.empty());
    // Never a number that was cut off.
    EXPECT_EQ(numbers[0].value_or(4860), 4860U);
    EXPECT_EQ(numbers[1].value_or(216), 216U);
  }
  EXPECT_EQ(numbers[0], 4860U);
  EXPECT_EQ(numbers[1], 216U);
}

}  // namespace
}  // namespace collector::test
