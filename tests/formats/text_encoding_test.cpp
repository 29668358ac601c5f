#include "collector/formats/text_encoding.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "collector/formats/json_reader.h"
#include "collector/formats/json_text.h"
#include "collector/formats/line_protocol.h"
#include "collector/formats/line_protocol_text.h"

namespace collector {
namespace {

TEST(TextEncoding, OrdinaryNamesStayAsTheyAre) {
  for (const char* name : {"", "eth0", "/mnt/data 1", "Größe", "日本", "100%", "a%20b%2F", "%", "%%", "%f",
                           "%ff", "%G1", "a\\b", "#1", "\uFFFD"})
    EXPECT_EQ(encode_text(name, Unfit::controls), name);
}

TEST(TextEncoding, WhatCantStayIsWrittenInDigits) {
  EXPECT_EQ(encode_text("caf\xe9", Unfit::nothing), "caf%E9");
  EXPECT_EQ(encode_text("caf%E9", Unfit::nothing), "caf%25E9");
  EXPECT_EQ(encode_text("\xE2\x82", Unfit::nothing), "%E2%82");
  EXPECT_EQ(encode_text("%\xFF", Unfit::nothing), "%%FF");
  const std::string_view controls("a\n\0", 3);
  EXPECT_EQ(encode_text(controls, Unfit::nothing), controls);
  EXPECT_EQ(encode_text(controls, Unfit::nul), "a\n%00");
  EXPECT_EQ(encode_text(controls, Unfit::controls), "a%0A%00");
  EXPECT_EQ(decode_text("%0A%FF%5C%23%25%41%ff%"), "\n\xFF\\#%%41%ff%");
}

// Names that escapes are about: from the pieces that could be mistaken for one another.
class OddNames {
 public:
  explicit OddNames(std::uint32_t seed) : random_(seed) {}

  std::string next() {
    static const std::vector<std::string> pieces{"\\",    "\\", "%", "%",    "25",
                                                 "FF",    "5C", "0", "A",    "\n",
                                                 "n",     "\t", "t", "\xFF", "\xC3",
                                                 "\xA9",  "é",  ",", "=",    " ",
                                                 "\"",    "#",  "a", "_",    std::string(1, '\0'),
                                                 "\uFFFD"};
    std::string name;
    for (std::size_t count = random_() % 5; count > 0; --count)
      name += pieces[random_() % pieces.size()];
    return name;
  }

 private:
  std::mt19937 random_;
};

// What a target reads in place of the name, and that name again. Given the seed of a failure it is repeated.
struct Encoding {
  std::string name;
  std::function<std::string(const std::string&)> written;
  std::function<std::string(const std::string&)> read;
};

std::string tag_value_of(const std::string& written) {
  const auto point = parse_line_protocol("m,k=" + written + " f=1");
  return point ? decode_text(point->tags.at(0).value) : point.error().text();
}
std::string measurement_of(const std::string& written) {
  const auto point = parse_line_protocol(written + " f=1");
  return point ? decode_text(point->measurement) : point.error().text();
}
std::string field_of(const std::string& written) {
  const auto point = parse_line_protocol("m " + written + "=1");
  return point ? decode_text(point->fields.at(0).key) : point.error().text();
}
std::string string_of(const std::string& written) {
  const auto point = parse_line_protocol("m f=" + written);
  return point ? decode_text(std::get<std::string>(point->fields.at(0).value)) : point.error().text();
}
std::string json_text_of(const std::string& written) {
  const auto object = read_json_object("{\"k\":" + written + "}");
  return object ? decode_text(object->member("k")->text) : object.error().text();
}
std::string line_name(const std::string& name, LineName kind) {
  std::string out;
  append_line_name(name, kind, out);
  return out;
}

std::vector<Encoding> encodings() {
  const auto plain = [](Unfit unfit) {
    return [unfit](const std::string& name) { return encode_text(name, unfit); };
  };
  const auto line = [](LineName kind) {
    return [kind](const std::string& name) { return line_name(name, kind); };
  };
  return {
      {"text", plain(Unfit::nothing), decode_text},
      {"text without NUL", plain(Unfit::nul), decode_text},
      {"text without control characters", plain(Unfit::controls), decode_text},
      {"line protocol's measurement", line(LineName::measurement), measurement_of},
      {"line protocol's tag", line(LineName::tag), tag_value_of},
      {"line protocol's field", line(LineName::field), field_of},
      {"line protocol's string",
       [](const std::string& name) {
         std::string out(line_string_size(name.size()), '\0');
         out.resize(static_cast<std::size_t>(write_line_string(name, out.data()) - out.data()));
         return out;
       },
       string_of},
      {"JSON",
       [](const std::string& name) {
         std::string out;
         append_json_encoded(name, out);
         return out;
       },
       json_text_of},
  };
}

TEST(TextEncoding, TwoNamesNeverBecomeOneAndTheBytesComeBack) {
  const auto seed = std::random_device{}();
  for (const Encoding& encoding : encodings()) {
    OddNames names(seed);
    std::map<std::string, std::string> owners;
    for (int i = 0; i < 20000; ++i) {
      const std::string name = names.next();
      if (name.empty()) continue;  // no tag, measurement or field is without a name
      const std::string written = encoding.written(name);
      ASSERT_EQ(find_invalid_utf8(written), std::string_view::npos) << encoding.name << ", seed " << seed;
      ASSERT_EQ(encoding.read(written), name) << encoding.name << ", seed " << seed << ": " << written;
      const auto [owner, fresh] = owners.emplace(written, name);
      ASSERT_EQ(owner->second, name) << encoding.name << ", seed " << seed << ": " << written;
    }
    EXPECT_GT(owners.size(), 5000U) << encoding.name;
  }
}

// How the targets take line protocol's escapes away, each its own way: InfluxDB 1.x and 2.x by replacing, and
// VictoriaMetrics and InfluxDB 3 from left to right, two backslashes being one.
std::string replaced(std::string text, std::string_view escaped) {
  for (const char c : escaped)
    for (std::size_t at = 0; (at = text.find(std::string("\\") + c, at)) != std::string::npos; ++at)
      text.erase(at, 1);
  return text;
}
std::string unescaped(std::string_view text, std::string_view escaped) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && escaped.find(text[i + 1]) != std::string_view::npos) ++i;
    out += text[i];
  }
  return out;
}

TEST(TextEncoding, NoTargetMakesOneNameOfTwo) {
  const auto seed = std::random_device{}();
  for (const LineName kind : {LineName::measurement, LineName::tag, LineName::field}) {
    OddNames names(seed);
    for (int i = 0; i < 20000; ++i) {
      const std::string name = names.next();
      const std::string written = line_name(name, kind);
      EXPECT_FALSE(written.ends_with('\\'));
      ASSERT_EQ(decode_text(replaced(written, ",= \"")), name) << written << ", seed " << seed;
      ASSERT_EQ(decode_text(unescaped(written, ",= \"\\")), name) << written << ", seed " << seed;
    }
  }
}

}  // namespace
}  // namespace collector
