// Variables from files, what a service is handed, and loading where secrets are out of reach.
#include "config/environment_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/environment.h"
#include "config/handed_secrets.h"
#include "tests/config/fake_catalog.h"
#include "tests/support/files.h"
#include "tests/support/temporary_directory.h"

namespace collector::test {
namespace {

std::string value(std::string_view text, const std::string& name = "A") {
  const auto variables = parse_environment_file(text);
  const auto found = variables.find(name);
  return found == variables.end() ? "(unset)" : found->second;
}

// What systemd.exec(5) says of EnvironmentFile=; scripts/packaging's unit has systemd read the same file.
TEST(EnvironmentFile, IsReadAsSystemdDoes) {
  EXPECT_EQ(value("A=1\n"), "1");
  EXPECT_EQ(value("A=1"), "1") << "without a line end";
  EXPECT_EQ(value("\n# A=0\n; A=0\n  A = a b \t\r\nB=2\n"), "a b");
  EXPECT_EQ(value("A='a b # \\n'\n"), "a b # \\n") << "nothing is special in single quotes";
  EXPECT_EQ(value("A=\"a \\\"b\\\" \\$c \\d\"\n"), "a \"b\" $c \\d");
  EXPECT_EQ(value("A=a\\ b\\\\\\\nc\n"), "a b\\c") << "a backslash joins lines";
  EXPECT_EQ(value("A=\"two\nlines\"\nB=1\n", "B"), "1");
  EXPECT_EQ(value("A=\"two\nlines\"\n"), "two\nlines");
  EXPECT_EQ(value("A=1\nA=2\n"), "2");
  EXPECT_EQ(value("A=\n"), "");
  EXPECT_EQ(value("A=postgresql://u:p%40@h/db?x=y\n"), "postgresql://u:p%40@h/db?x=y")
      << "= and # in a value";
  EXPECT_EQ(value("export A=1\n"), "(unset)");
  EXPECT_EQ(value("A B=1\nA\n=1\n1A=2\n"), "(unset)");
  EXPECT_EQ(value("B\nA=1\n"), "1") << "a line that sets nothing";
  for (const char* cut : {"A='", "A=\"", "A=\\", "A=\"\\", "A", "'", "\\"})
    parse_environment_file(cut);
}

class Secrets : public testing::Test {
 protected:
  std::string text_setting(const Checked<Configuration>& checked) const {
    return checked && !checked->sinks.empty() && checked->sinks.front().settings.has("url")
               ? checked->sinks.front().settings.text("url")
               : problems_text(checked);
  }
  Checked<Configuration> load(const Environment& environment, bool without_secrets = false) const {
    return (without_secrets ? load_without_secrets : load_configuration)(directory_ / "c.yaml",
                                                                         fake_catalog(), environment);
  }
  void write(std::string_view sink) const {
    write_file(directory_ / "c.yaml", "sinks: {a: {type: postgres, url: " + std::string(sink) + "}}\n");
  }
  TemporaryDirectory directory_;
};

TEST_F(Secrets, ComeFromTheFileBesideTheConfiguration) {
  write("\"${NAME}\"");
  EXPECT_NE(text_setting(load(fake_environment())).find("NAME is not set"), std::string::npos);
  write_file(directory_ / "environment", "NAME='from the file'\n");
  EXPECT_EQ(text_setting(load(fake_environment())), "from the file");
  EXPECT_EQ(text_setting(load(fake_environment({{"NAME", "own"}}))), "own") << "what was typed goes first";
  // Started by a service manager, whose copy of the file is as old as the start.
  Environment service = fake_environment({{"NAME", "stale"}});
  service.handed = std::make_shared<HandedSecrets>();
  EXPECT_EQ(text_setting(load(service)), "from the file");
  write_file(directory_ / "environment", "OTHER=1\n");
  const std::string problem = text_setting(load(fake_environment()));
  EXPECT_NE(problem.find("looked for in " + (directory_ / "environment").string()), std::string::npos)
      << problem;
}

TEST_F(Secrets, AreHandedToAServiceThatMayNotReadThem) {
  write("\"${NAME}-${file:secret}\"");
  const std::string secret = (directory_ / "secret").string();
  write_file(secret, "hidden\n");
  write_file(directory_ / "environment", "NAME=n\n");
  const auto gathered = gather_secrets(directory_ / "c.yaml", fake_catalog(), fake_environment());
  EXPECT_EQ(gathered.variables, (std::map<std::string, std::string>{{"NAME", "n"}}));
  EXPECT_EQ(gathered.files, (std::map<std::string, std::string>{{secret, "hidden\n"}}));

  const auto runtime = directory_ / "run";
  std::filesystem::create_directory(runtime);
  write_file(runtime / "target", "untouched");
  std::filesystem::create_symlink(runtime / "target", runtime / "secrets");
  const auto environment = fake_environment({{"RUNTIME_DIRECTORY", runtime.string() + ":/other"}});
  const auto file = handed_secrets_file(environment);
  ASSERT_EQ(file, runtime / "secrets");
  ASSERT_TRUE(leave_secrets(*file, gathered));
  struct stat status{};
  ASSERT_EQ(lstat(file->c_str(), &status), 0);
  EXPECT_EQ(status.st_mode, S_IFREG | 0400U);
  EXPECT_EQ(read_file(runtime / "target"), "untouched") << "no link is followed";

  std::filesystem::remove(secret);
  std::filesystem::remove(directory_ / "environment");
  Environment service = environment;
  service.handed = take_handed_secrets(environment);
  ASSERT_NE(service.handed, nullptr);
  EXPECT_EQ(text_setting(load(service)), "n-hidden");
  EXPECT_EQ(take_handed_secrets(fake_environment()), nullptr);
  EXPECT_FALSE(leave_secrets(directory_ / "nowhere" / "secrets", gathered));
}

TEST_F(Secrets, HandedOnesSurviveAnyBytesButANul) {
  HandedSecrets secrets{{{"A", "line\nline \xff\""}, {"B", ""}},
                        {{"/a b", "x\r\n"}, {"/c", std::string("a\0b", 3)}}};
  const HandedSecrets back = parse_handed_secrets(write_handed_secrets(secrets));
  EXPECT_EQ(back.variables, secrets.variables);
  EXPECT_EQ(back.files, (std::map<std::string, std::string>{{"/a b", "x\r\n"}}));
  for (const std::string_view broken : {"", "V", "VA", "VA\0", "\0\0\0"})
    EXPECT_TRUE(parse_handed_secrets(broken).variables.empty());
}

TEST_F(Secrets, AreCredentialsOfSystemdToo) {
  write("\"${file:/nowhere/neon}\"");
  write_file(directory_ / "neon", "of systemd\n");
  EXPECT_EQ(text_setting(load(fake_environment({{"CREDENTIALS_DIRECTORY", directory_.path().string()}}))),
            "of systemd");
}

TEST_F(Secrets, AreLeftOutWhereNobodyNeedsThem) {
  write("\"${NAME}-${file:/nowhere}\", every: \"${EVERY:?say how often}\"");
  EXPECT_FALSE(load(fake_environment()));
  const auto loaded = load(fake_environment(), true);
  ASSERT_TRUE(loaded) << problems_text(loaded);
  ASSERT_EQ(loaded->left_out.size(), 3U);
  EXPECT_NE(loaded->left_out.front().find("NAME is not set"), std::string::npos);
  ASSERT_EQ(loaded->sinks.size(), 1U);
  write("[1, 2], nonsense: \"${NAME}\"");
  EXPECT_FALSE(load(fake_environment(), true)) << "a mistake stays one";
}

}  // namespace
}  // namespace collector::test
