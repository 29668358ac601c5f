// The page: its files, to everybody. What is in them is no secret; whoever is not let in is shown a page that
// asks who they are.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "collector/web/assets.h"
#include "collector/web/fixed_answer.h"
#include "collector/web/routes/groups.h"

namespace collector::web {
namespace {

// For whoever works on the page: a directory whose files are served instead of those in the program, as they
// are at the moment. Only files that the program has as well, so that no name leads out of it.
constexpr const char* directory_variable = "COLLECTOR_WEB_ASSETS";

const Asset* find_asset(std::string_view path) {
  const auto found = std::ranges::find(assets(), path, &Asset::path);
  return found == assets().end() ? nullptr : &*found;
}

http::Response from_directory(const char* directory, const Asset& asset) {
  std::ifstream file(std::filesystem::path(directory) / asset.path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  return {.type = std::string(asset.type), .body = std::move(text)};
}

// `forever`: it was asked for by an address that stands for this content and no other.
http::Response serve(const http::Request& request, const Asset& asset, bool forever) {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody sets it
  if (const char* directory = std::getenv(directory_variable)) return from_directory(directory, asset);
  http::Response response = fixed_answer(request, asset.type, asset.tag, asset.plain, asset.packed);
  response.headers.push_back({"Cache-Control", forever ? "public, max-age=31536000, immutable" : "no-cache"});
  return response;
}

http::Response page(const Call& call) {
  return serve(call.request, *find_asset("index.html"), false);
}

// "/assets/VERSION/js/app.js". A page of before an upgrade that is still open asks by its own version: it is
// given what there is now.
http::Response asset_of_page(const Call& call) {
  std::string_view path = call.request.path;
  path.remove_prefix(std::string_view("/assets/").size());
  const std::string_view version = path.substr(0, path.find('/'));
  const Asset* asset = find_asset(path);
  if (asset == nullptr && version.size() == assets_version().size())
    asset = find_asset(path.substr(std::min(path.size(), version.size() + 1)));
  if (asset == nullptr)
    return problem_response({.status = 404, .type = "not-found", .title = "the page has no such file"},
                            call.request.path);
  return serve(call.request, *asset, version == assets_version());
}

constexpr std::array unchanged_file{304U};
constexpr std::array unchanged_or_none{304U, 404U};

const std::array asset_rows{
    Route{.method = "GET",
          .path = "/",
          .needs = Permission::nothing,
          .summary = "The page.",
          .answer = page,
          .type = "text/html",
          .fails = unchanged_file},
    Route{.method = "GET",
          .path = "/assets/*",
          .needs = Permission::nothing,
          .summary = "A file of the page.",
          .answer = asset_of_page,
          .type = "text/javascript",
          .fails = unchanged_or_none},
};

}  // namespace

std::span<const Route> asset_routes() {
  return asset_rows;
}

}  // namespace collector::web
