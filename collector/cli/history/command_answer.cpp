#include "collector/cli/history/command_answer.h"

#include <fmt/format.h>

#include "collector/cli/exit_code.h"
#include "collector/cli/history/export_command.h"
#include "collector/cli/history/report_command.h"

namespace collector {
namespace {

HistoryReply told_history(const HistoryOptions& options, const history::HistoryFile& file,
                          const HistorySetting& setting, const Terminal& terminal,
                          const history::ExportOutput& output) {
  const auto said = history_text(options, file, setting, terminal);
  if (!said) return reply_of(said.error());
  if (auto written = output(said->text); !written) return reply_of({written.error(), exit_code::internal});
  if (!said->over) return {};
  return {.exit_code = exit_code::over, .said = fmt::format("collector: {}\n", *said->over), .text = {}};
}

HistoryReply exported_history(const Options& options, const history::HistoryFile& file,
                              const HistorySetting& setting, const history::ExportOutput& output) {
  const auto remarks = export_history(options, file, setting, output);
  if (!remarks) return reply_of(remarks.error());
  HistoryReply reply;
  for (const std::string& remark : *remarks)
    reply.said += fmt::format("collector: {}\n", remark);
  return reply;
}

HistoryReply reported_year(const Options& options, const history::HistoryFile& file,
                           const HistorySetting& setting, const history::ExportOutput& output) {
  const auto text = report_text(options, file, setting);
  if (!text) return reply_of(text.error());
  if (auto written = output(*text); !written) return reply_of({written.error(), exit_code::internal});
  return {};
}

}  // namespace

bool asks_history(Command command) {
  return command == Command::history || command == Command::export_history || command == Command::report;
}

HistoryReply answer_command(const Options& options, const history::HistoryFile& file,
                            const HistorySetting& setting, const Terminal& terminal,
                            const history::ExportOutput& output) {
  if (options.command == Command::export_history) return exported_history(options, file, setting, output);
  if (options.command == Command::report) return reported_year(options, file, setting, output);
  return told_history(options.history, file, setting, terminal, output);
}

HistoryReply reply_of(const HistoryMistake& mistake) {
  return {.exit_code = mistake.exit_code,
          .said = fmt::format("collector: {}\n", mistake.error.text()),
          .text = {}};
}

}  // namespace collector
