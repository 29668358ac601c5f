// The page's files: all of them are in the program, as they are, and are handed out to be kept.
#include "collector/web/assets.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <sstream>

#include "collector/web/routes/groups.h"
#include "collector/web/sources.h"
#include "tests/support/files.h"

namespace collector::web {
namespace {

http::Response asked(const std::string& path, http::Headers headers = {}) {
  const http::Request request{.method = "GET", .path = path, .headers = std::move(headers)};
  const Route& route = asset_routes()[path == "/" ? 0 : 1];
  const std::vector<ParameterMistake> no_mistakes;
  return route.answer({request, Values{}, Caller{}, Sources{}, route.type, no_mistakes});
}

std::string_view header(const http::Response& response, std::string_view name) {
  return http::value_of(response.headers, name);
}

const Asset& asset_named(std::string_view path) {
  for (const Asset& asset : assets())
    if (asset.path == path) return asset;
  throw std::runtime_error(std::string(path));
}

// Modules come without what their lines begin with, and without lines of comments: a sixth of their bytes.
// They and style sheets come without spaces around signs, of which no text has any
// (tests/page/files.test.mjs).
std::string served(const std::string& path, const std::string& text) {
  static const std::regex signs(R"( (=>|===|!==|&&|\|\||\?\??|:|=|\+|\*|<=?|>=|\{|\}) )");
  static const std::regex style_comment(R"(/\*[^*]*\*/)");
  static const std::regex line_begin("\n *");
  static const std::regex after_sign("([{:;,]) ");
  static const std::regex before_brace(" \\{");
  static const std::regex block_end(";? \\}");
  if (path.ends_with(".css")) {
    std::string out = std::regex_replace(text, style_comment, "");
    out = std::regex_replace(out, line_begin, "\n");
    out = std::regex_replace(out, after_sign, "$1");
    out = std::regex_replace(out, before_brace, "{");
    return std::regex_replace(out, block_end, "}");
  }
  if (!path.ends_with(".js")) return text;
  static const std::regex block_begin("\\) \\{");
  std::string out = "\n";
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    line.erase(0, line.find_first_not_of(' '));
    if (!line.starts_with("//")) out += line + "\n";
  }
  return std::regex_replace(std::regex_replace(out, signs, "$1"), block_begin, "){");
}

TEST(Assets, AreTheFilesOfTheFolder) {
  const std::filesystem::path folder = test::source_directory() / "collector/web/assets";
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::string path = entry.path().lexically_relative(folder).generic_string();
    if (!entry.is_regular_file() || path == "embed.cmake" || path == "README.md") continue;
    ++files;
    if (path != "index.html") {
      EXPECT_EQ(asset_named(path).plain, served(path, test::read_file(entry.path()))) << path;
    }
    EXPECT_TRUE(asset_named(path).packed.starts_with("\x1f\x8b")) << path;
    EXPECT_FALSE(asset_named(path).type.empty()) << path;
  }
  EXPECT_EQ(assets().size(), files);
  EXPECT_GT(files, 20U);
}

TEST(Assets, ThePageAsksForThisVersion) {
  const std::string_view page = asset_named("index.html").plain;
  EXPECT_NE(page.find("\"assets/" + std::string(assets_version()) + "/js/app.js\""), std::string_view::npos);
  EXPECT_EQ(page.find("\"assets/js"), std::string_view::npos);
}

TEST(Assets, AreKeptForEverByTheirVersion) {
  const std::string version(assets_version());
  const auto now = asked("/assets/" + version + "/js/units.js");
  EXPECT_EQ(now.status, 200U);
  EXPECT_EQ(now.type, "text/javascript; charset=utf-8");
  EXPECT_EQ(now.body, asset_named("js/units.js").plain);
  EXPECT_NE(header(now, "Cache-Control").find("immutable"), std::string_view::npos);
  // A page that is open since before an upgrade.
  const auto before = asked("/assets/0123456789ab/js/units.js");
  EXPECT_EQ(before.status, 200U);
  EXPECT_EQ(header(before, "Cache-Control"), "no-cache");
  EXPECT_EQ(header(asked("/"), "Cache-Control"), "no-cache");
}

TEST(Assets, ArePackedForWhoTakesThat) {
  const auto packed = asked("/", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(header(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(packed.body, asset_named("index.html").packed);
  const auto plain = asked("/");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_NE(header(plain, "ETag"), header(packed, "ETag"));
  EXPECT_EQ(header(packed, "Vary"), "Accept-Encoding");
}

TEST(Assets, NoNameLeadsOut) {
  for (const char* path :
       {"/assets/", "/assets/js", "/assets/../README.md", "/assets/js/../../README.md",
        "/assets/0123456789ab/../js/units.js", "/assets//js/units.js", "/assets/0123456789ab"})
    EXPECT_EQ(asked(path).status, 404U) << path;
}

}  // namespace
}  // namespace collector::web
