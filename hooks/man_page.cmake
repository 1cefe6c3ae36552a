# Makes a man page of a page of the manual: its first heading becomes the section NAME, as man(1) and whatis(1) expect
# it, and the other headings move up. Run by share.cmake with PAGE, OUT and LOWDOWN.
get_filename_component(file ${OUT} NAME)
string(REGEX REPLACE "\\.[17]$" "" name "${file}")
string(REGEX REPLACE "^.*\\." "" section "${file}")
file(READ ${PAGE} text)
string(REGEX REPLACE "^# [a-z]+: ([^\n]*)\n" "" text "${text}")
set(title "${CMAKE_MATCH_1}")
string(REGEX REPLACE "\n## " "\n# " text "${text}")
file(WRITE ${OUT}.md "# NAME\n\n${name} - ${title}\n\n# DESCRIPTION\n${text}")
execute_process(COMMAND ${LOWDOWN} -s -tman -m title:${name} -m section:${section} "-m" "source:Kairon Gate" -o ${OUT} ${OUT}.md
                RESULT_VARIABLE status)
file(REMOVE ${OUT}.md)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "lowdown cannot read ${PAGE}")
endif()
