// Runs a fuzz target over the files of its corpus, where libFuzzer is not linked: the seeds as a test.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int count, char** arguments) {
  // Directories, with all below them; those that do not exist have none.
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < count; ++i) {
    std::error_code missing;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[i], missing))
      if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    std::printf("%s: %zu bytes\n", file.c_str(), text.size());
    std::fflush(stdout);
    // A copy of the exact size on the heap, so that the address sanitizer sees a read beyond it.
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
  }
  if (files.empty()) {
    std::fprintf(stderr, "no seeds; usage: %s DIRECTORY …\n", arguments[0]);
    return 1;
  }
  std::printf("%zu seeds passed\n", files.size());
  return 0;
}
