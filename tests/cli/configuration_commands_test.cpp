// `check` and `config`: what they print where, and their exit codes.
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "collector/cli/check_command.h"
#include "collector/cli/config_command.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector {
namespace {

// A FILE* that keeps what is written to it.
class Written {
 public:
  Written() : stream_(open_memstream(&text_, &size_)) {}
  ~Written() {
    std::fclose(stream_);
    std::free(text_);
  }
  Written(const Written&) = delete;
  Written& operator=(const Written&) = delete;

  std::FILE* stream() { return stream_; }
  std::string text() {
    std::fflush(stream_);
    return {text_, size_};
  }

 private:
  char* text_ = nullptr;
  std::size_t size_ = 0;
  std::FILE* stream_;
};

constexpr std::array<ComponentType, 1> samplers = {
    {{.name = "cpu", .sentence = "Cores.", .default_interval = "1s"}}};
constexpr std::array<Setting, 2> sqlite = {{
    {.name = "path", .type = SettingType::path, .default_text = "x.db", .sentence = "The file."},
    {.name = "key", .type = SettingType::secret, .sentence = "Its key."},
}};
constexpr std::array<ComponentType, 1> sinks = {
    {{.name = "sqlite", .sentence = "A file.", .settings = sqlite}}};
const Catalog catalog{samplers, sinks};
const Environment environment{[](const std::string&) { return std::nullopt; }, "box"};

class ConfigurationCommands : public testing::Test {
 protected:
  void write(std::string_view yaml) {
    test::write_file(directory_ / "c.yaml", yaml);
    options_.config_file = (directory_ / "c.yaml").string();
  }

  test::TemporaryDirectory directory_;
  Options options_;
  Written out_;
  Written err_;
};

TEST_F(ConfigurationCommands, CheckSaysWhatAGoodFileMeans) {
  write("state: /data\nsinks: {local: {type: sqlite}, other: {type: sqlite, every: 15m}}");
  EXPECT_EQ(check_command(options_, catalog, environment, out_.stream(), err_.stream()), 0);
  EXPECT_EQ(out_.text(), *options_.config_file +
                             " is good\n"
                             "  samplers  cpu every 1s\n"
                             "  sinks     local (sqlite), other (sqlite every 15m)\n"
                             "  state     /data\n");
  EXPECT_EQ(err_.text(), "");
}

TEST_F(ConfigurationCommands, CheckListsEveryProblemAndFails) {
  write("intervall: 1s\nwindow: 30\n");
  EXPECT_EQ(check_command(options_, catalog, environment, out_.stream(), err_.stream()), 78);
  const std::string& file = *options_.config_file;
  EXPECT_EQ(err_.text(), file + ":1:1: intervall: no such setting; did you mean \"interval\"?\n" + file +
                             ":2:9: window: \"30\" has no unit; write 30s for seconds, 30m for minutes\n"
                             "collector: 2 problems in the configuration\n");
  EXPECT_EQ(out_.text(), "");
}

TEST_F(ConfigurationCommands, ConfigShowsWhatIsInForceWithoutSecrets) {
  write("state: /data\nsinks: {local: {type: sqlite, key: geheim}}");
  EXPECT_EQ(config_command(options_, catalog, environment, out_.stream(), err_.stream()), 0);
  const std::string text = out_.text();
  EXPECT_TRUE(
      text.starts_with("# from " + *options_.config_file + "; no collector runs with it\nhost: box\n"))
      << text;
  EXPECT_NE(text.find("    key: \"***\"\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("geheim"), std::string::npos);
}

TEST_F(ConfigurationCommands, ConfigOfABadFileFails) {
  write("");
  EXPECT_EQ(config_command(options_, catalog, environment, out_.stream(), err_.stream()), 78);
  EXPECT_EQ(err_.text(),
            *options_.config_file +
                ": the file is empty; write {} to run with the built-in defaults, or remove the file\n");
}

TEST_F(ConfigurationCommands, DocumentsComeWhateverTheFileIs) {
  write("nonsense");
  for (const auto& [show, begins] : {std::pair{Options::Show::defaults, "# Every setting"},
                                     std::pair{Options::Show::reference, "# Configuration\n"},
                                     std::pair{Options::Show::schema, "{\n  \"$schema\""}}) {
    Written out;
    options_.show = show;
    EXPECT_EQ(config_command(options_, catalog, environment, out.stream(), err_.stream()), 0);
    EXPECT_TRUE(out.text().starts_with(begins)) << out.text();
  }
  EXPECT_EQ(err_.text(), "");
}

}  // namespace
}  // namespace collector
