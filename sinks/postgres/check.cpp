#include "sinks/postgres/check.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "sinks/pem_file.h"
#include "sinks/postgres/connection_keywords.h"
#include "sinks/postgres/connection_words.h"
#include "sinks/postgres/libpq.h"

namespace collector::postgres_store {
namespace {

constexpr std::size_t longest_schema = 63;  // bytes: NAMEDATALEN - 1

void add_to(std::vector<SettingMistake>& mistakes, std::string_view keyword,
            const std::optional<Error>& mistake) {
  if (mistake)
    mistakes.push_back({"url", fmt::format("{}: {}", keyword, mistake->what), mistake->remedy, {}});
}

// As libpq wants it: nobody else may read it, but the group of a file that is root's.
std::optional<Error> mistake_in_key(const CheckContext& context, const std::filesystem::path& file) {
  constexpr std::size_t largest = 1024UL * 1024;
  const auto text = context.read(file, largest);
  if (!text) return Error{file.string() + " " + text.error().what, text.error().remedy};
  struct stat status{};
  if (stat(file.c_str(), &status) != 0) return std::nullopt;
  const mode_t open_to_others = status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & open_to_others) == 0) return std::nullopt;
  return Error{file.string() + " can be read by others, so libpq refuses it",
               status.st_uid == 0 ? "chmod 640, and the group of the collector's user" : "chmod 600"};
}

void look_at_files(const ConnectionWords& words, const CheckContext& context,
                   std::vector<SettingMistake>& mistakes) {
  const auto file_of = [&](std::string_view keyword) {
    const std::string file = word(words, keyword);
    std::error_code error;
    return file.empty() ? std::filesystem::path() : std::filesystem::absolute(file, error);
  };
  for (const char* keyword : {"sslrootcert", "sslcert", "sslcrl"})
    if (const auto file = file_of(keyword); !file.empty() && word(words, keyword) != "system")
      add_to(mistakes, keyword, mistake_in_pem(context, file));
  if (const auto folder = file_of("sslcrldir"); !folder.empty()) {
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
      add_to(
          mistakes, "sslcrldir",
          Error{folder.string() + (error ? " can't be looked at: " + error.message() : " is not a directory"),
                "name the directory of revocation lists"});
  }
  // With a colon it names a key of a cryptographic engine.
  if (const auto file = file_of("sslkey"); !file.empty() && file.native().find(':') == std::string::npos)
    add_to(mistakes, "sslkey", mistake_in_key(context, file));
  if (const auto file = file_of("passfile"); !file.empty())
    add_to(mistakes, "passfile", mistake_in_key(context, file));
}

// An older libpq refuses what it does not know. Where it can't be mapped there is nothing to ask.
void look_at_version(const ConnectionWords& words, std::vector<SettingMistake>& mistakes) {
  constexpr int major = 10000;
  for (const auto& [keyword, value] : words) {
    const int since = known_since(keyword);
    if (since == 0 || value.empty()) continue;
    const auto pq = Libpq::get();
    if (!pq) return;
    const int there = (*pq)->lib_version() / major;
    if (there < since)
      mistakes.push_back(
          {"url",
           fmt::format("{} is known to libpq from version {}, and here is version {}", keyword, since, there),
           "leave it out, or install a newer libpq",
           {}});
  }
}

void look_at_schema(const std::string& schema, std::vector<SettingMistake>& mistakes) {
  const auto add = [&](std::string what, std::string remedy) {
    mistakes.push_back({"schema", std::move(what), std::move(remedy), {}});
  };
  if (schema.empty()) return add("is empty", "name the schema, such as collector");
  if (schema.starts_with("pg_"))
    add("begins with pg_, which is reserved for the server", "choose another name");
  if (schema == "information_schema") add("is the server's own", "choose another name");
  if (schema.size() > longest_schema)
    add("is longer than 63 bytes, and the server would shorten it", "choose a shorter name");
}

}  // namespace

std::vector<SettingMistake> mistakes_in(const Settings& settings, const CheckContext& context) {
  std::vector<SettingMistake> mistakes;
  const ConnectionReading url = read_connection(settings.text("url"));
  for (const Error& mistake : url.mistakes)
    mistakes.push_back({"url", mistake.what, mistake.remedy, {}});
  look_at_files(url.words, context, mistakes);
  look_at_version(url.words, mistakes);
  look_at_schema(settings.text("schema"), mistakes);
  return mistakes;
}

}  // namespace collector::postgres_store
