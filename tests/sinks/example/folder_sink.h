// Shown in sinks/ADDING.md, which a test compares with this file.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "collector/formats/row_json.h"
#include "sinks/table.h"

namespace collector {

// One file per batch. A batch that comes again replaces itself: so each row is there once, after any crash.
class FolderSink final : public Sink {
 public:
  explicit FolderSink(const SinkContext& context)
      : folder_(context.state / context.settings.text("folder")), format_(context.format) {}

  std::expected<OpenedSink, SinkFailure> open(const OpenRequest&) override {
    std::error_code error;
    std::filesystem::create_directories(folder_, error);
    if (error) return failure(error.message());
    return OpenedSink{};
  }

  std::expected<Written, SinkFailure> write(std::span<const BatchPtr> batches) override {
    for (const BatchPtr& batch : batches) {
      std::string text;
      for (const Row& row : batch->rows)
        append_row_json(*batch, row, format_, text);
      const auto& [source, epoch, sequence] = batch->origin;
      const auto file = folder_ / (source.text() + epoch.text() + std::to_string(sequence));
      const auto unfinished = file.native() + ".tmp";
      const int out = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
      const bool stored =
          out >= 0 && ::write(out, text.data(), text.size()) == std::ssize(text) && fsync(out) == 0;
      if (out >= 0) ::close(out);
      std::error_code error;
      if (stored) std::filesystem::rename(unfinished, file, error);
      if (!stored || error) return failure("can't write");
    }
    return Written{};
  }

  void close() override {}

 private:
  std::unexpected<SinkFailure> failure(const std::string& why) const {
    return std::unexpected(SinkFailure{folder_.native() + ": " + why, "check the folder and its disk", {}});
  }

  std::filesystem::path folder_;
  RowFormat format_;
};

inline const SinkType& folder_sink() {
  static constexpr Setting settings[] = {{.name = "folder",
                                          .type = SettingType::path,
                                          .default_text = "batches",
                                          .sentence = "Where the files go; made when it is missing."}};
  static const SinkType type{
      .component = {.name = "folder", .sentence = "A file of JSON lines per batch.", .settings = settings},
      .create = [](const SinkContext& context) -> std::unique_ptr<Sink> {
        return std::make_unique<FolderSink>(context);
      },
      .target =
          [](const SinkContext& context) {
            return (context.state / context.settings.text("folder")).lexically_normal().native();
          }};
  return type;
}

}  // namespace collector
