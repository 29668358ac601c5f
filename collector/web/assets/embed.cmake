# cmake -DFOLDER=collector/web/assets -DOUTPUT=…/assets.cpp -P embed.cmake: gzips the page's files beside OUTPUT and
# writes OUTPUT, which has them in it, with a hash and the type of each. The page asks for them by addresses that have
# the hash of all of them. Comments on lines of their own and what lines begin with are left out, and spaces
# that say nothing: whoever reads them reads them here, and no text of the page goes over several lines.
cmake_minimum_required(VERSION 3.25)

set(type_html "text/html; charset=utf-8")
set(type_css "text/css; charset=utf-8")
set(type_js "text/javascript; charset=utf-8")
set(type_svg "image/svg+xml")

cmake_path(GET OUTPUT PARENT_PATH made)
file(MAKE_DIRECTORY ${made})
file(GLOB_RECURSE paths RELATIVE ${FOLDER} ${FOLDER}/*.html ${FOLDER}/*.css ${FOLDER}/*.js ${FOLDER}/*.svg)
list(SORT paths)

set(together "")
foreach(path IN LISTS paths)
  file(SHA256 ${FOLDER}/${path} hash)
  string(APPEND together "${path} ${hash}\n")
endforeach()
string(SHA256 version "${together}")
string(SUBSTRING ${version} 0 12 version)

set(bytes "")
set(rows "")
set(number 0)
foreach(path IN LISTS paths)
  string(MAKE_C_IDENTIFIER ${path} flat)
  set(plain ${made}/${flat})
  if(path STREQUAL "index.html")
    file(READ ${FOLDER}/${path} text)
    string(REPLACE "\"assets/" "\"assets/${version}/" text "${text}")
    file(WRITE ${plain} "${text}")
  elseif(path MATCHES "\\.js$")
    file(READ ${FOLDER}/${path} text)
    string(REGEX REPLACE "\n *//[^\n]*" "" text "\n${text}")
    string(REGEX REPLACE "\n +" "\n" text "${text}")
    string(REGEX REPLACE " (=>|===|!==|&&|[|][|]|[?][?]?|:|=|[+]|[*]|<=?|>=|{|}) " "\\1" text "${text}")
    string(REGEX REPLACE "\\) {" "){" text "${text}")
    file(WRITE ${plain} "${text}")
  elseif(path MATCHES "\\.css$")
    file(READ ${FOLDER}/${path} text)
    string(REGEX REPLACE "/\\*[^*]*\\*/" "" text "${text}")
    string(REGEX REPLACE "\n *" "\n" text "${text}")
    string(REGEX REPLACE "([{:;,]) " "\\1" text "${text}")
    string(REPLACE " {" "{" text "${text}")
    string(REGEX REPLACE ";? }" "}" text "${text}")
    file(WRITE ${plain} "${text}")
  else()
    file(COPY_FILE ${FOLDER}/${path} ${plain})
  endif()
  execute_process(COMMAND gzip -9n INPUT_FILE ${plain} OUTPUT_FILE ${plain}.gz COMMAND_ERROR_IS_FATAL ANY)
  file(SHA256 ${plain} hash)
  string(SUBSTRING ${hash} 0 16 hash)
  file(SIZE ${plain} plain_size)
  file(SIZE ${plain}.gz packed_size)
  string(REGEX REPLACE ".*\\." "" extension ${path})
  set(name collector_asset_${number})
  string(APPEND bytes "${name}: .incbin \\\"${plain}\\\"\\n\"\n    \"${name}_packed: .incbin \\\"${plain}.gz\\\"\\n\"\n    \"")
  string(APPEND declared "extern const char ${name}[], ${name}_packed[];\n")
  string(APPEND rows "    Asset{\"${path}\", \"${type_${extension}}\", \"${hash}\", {${name}, ${plain_size}}, {${name}_packed, ${packed_size}}},\n")
  math(EXPR number "${number} + 1")
endforeach()

file(WRITE ${OUTPUT} "// Made by collector/web/assets/embed.cmake.
#include \"collector/web/assets.h\"

#include <array>

asm(\".pushsection .rodata\\n\"
    \"${bytes}.popsection\\n\");
extern \"C\" {
${declared}}

namespace collector::web {
namespace {
const std::array all{
${rows}};
}  // namespace

std::span<const Asset> assets() {
  return all;
}

std::string_view assets_version() {
  return \"${version}\";
}

}  // namespace collector::web
")
