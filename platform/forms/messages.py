"""What forms say at a field: what is wrong and what to do, in Vietnamese and English."""

from __future__ import annotations

from luongviec.engine.text import Text

REQUIRED = Text("Cần nhập mục này.", "Fill this in.")
REQUIRED_CHOICE = Text("Cần chọn một mục.", "Choose one.")
REQUIRED_FILES = Text("Cần đính kèm ít nhất một tệp.", "Attach at least one file.")
REQUIRED_ROWS = Text("Cần thêm ít nhất một dòng.", "Add at least one row.")
AT_LEAST = Text("Cần chọn ít nhất {least}.", "Choose at least {least}.")
ONLY_ONE = Text("Chỉ chọn một mục.", "Choose only one.")
TOO_MANY = Text("Nhiều nhất {most} mục, hãy bớt đi.", "At most {most}; take some out.")
UNKNOWN = Text(
    "Biểu mẫu này không có mục “{name}”. Hãy bỏ mục đó.", "This form has no “{name}”. Leave it out."
)
LOCKED = Text("Mục này hiện không sửa được. Hãy để nguyên.", "This cannot be changed now. Leave it as it is.")
NOT_TEXT = Text("Cần là một đoạn chữ.", "This must be text.")
NOT_NUMBER = Text("Cần là một số, ví dụ 12 hoặc 1,8.", "This must be a number, such as 12 or 1.8.")
NUMBER_TOO_BIG = Text("Số quá lớn, hãy kiểm tra lại.", "The number is too large; check it.")
NOT_BOOLEAN = Text("Cần chọn có hoặc không.", "Choose yes or no.")
NOT_DATE = Text(
    "Không hiểu ngày này. Hãy nhập như 27/11/2026, 27/11, thứ 6 hoặc +5.",
    "This is not a date. Write it as 27/11/2026, 27/11, friday or +5.",
)
NOT_DATETIME = Text(
    "Không hiểu ngày giờ này. Hãy nhập như 27/11/2026 14:30.",
    "This is not a date and time. Write it as 27/11/2026 14:30.",
)
NOT_DURATION = Text(
    "Không hiểu khoảng thời gian này. Hãy nhập như 2 ngày 3 giờ hoặc 90 phút.",
    "This is not a length of time. Write it as 2 days 3 hours or 90 minutes.",
)
NOT_OPTION = Text("Hãy chọn một trong các mục có sẵn.", "Choose one of the options.")
NOT_CHOSEN = Text("Hãy chọn từ danh sách gợi ý.", "Choose from the list.")
NO_SUCH_PERSON = Text(
    "Không có người này hoặc tài khoản đã ngừng. Hãy chọn người khác.",
    "There is no such person, or the account is closed. Choose somebody else.",
)
NO_SUCH_UNIT = Text("Không có đơn vị này. Hãy chọn đơn vị khác.", "There is no such unit. Choose another.")
NO_SUCH_RECORD = Text(
    "Không có hồ sơ này, hoặc bạn không được xem. Hãy chọn hồ sơ khác.",
    "There is no such record, or it is not yours to see. Choose another.",
)
NO_SUCH_FILE = Text("Không có tệp này. Hãy tải tệp lên lại.", "There is no such file. Upload it again.")
NOT_CANDIDATE = Text("{name} không nằm trong danh sách được chọn.", "{name} may not be chosen here.")
TOO_LONG = Text(
    "Dài {length} ký tự, tối đa {most}. Hãy rút ngắn.", "{length} characters, at most {most}. Shorten it."
)
NOT_LIKE_PATTERN = Text(
    "Chưa đúng mẫu quy định ({pattern}).", "This does not follow the pattern ({pattern})."
)
PATTERN_TOO_LONG = Text(
    "Tối đa {most} ký tự để kiểm tra theo mẫu. Hãy rút ngắn.", "At most {most} characters here. Shorten it."
)
BELOW_LEAST = Text("Nhỏ nhất là {least}.", "The least is {least}.")
ABOVE_MOST = Text("Lớn nhất là {most}.", "The most is {most}.")
BEFORE_FIRST = Text("Sớm nhất là {least}.", "The earliest is {least}.")
AFTER_LAST = Text("Muộn nhất là {most}.", "The latest is {most}.")
FILE_TOO_BIG = Text(
    "Tệp “{name}” {size}, tối đa {most} mỗi tệp.", "The file “{name}” is {size}, at most {most} each."
)
FILES_TOO_BIG = Text(
    "Tổng các tệp {size}, tối đa {most}. Hãy bớt tệp.", "The files are {size} together, at most {most}."
)
FILE_KIND = Text("Tệp “{name}” không thuộc loại được nhận: {kinds}.", "“{name}” is not one of: {kinds}.")
NOT_ROWS = Text("Cần là một danh sách các dòng.", "This must be a list of rows.")
NOT_ROW = Text("Mỗi dòng cần là một nhóm mục.", "Each row must be an object.")
NOT_OBJECT = Text("Dữ liệu gửi lên cần là một nhóm mục.", "What is sent must be an object.")
WRONG_SHAPE = Text(
    "Giá trị này không đúng dạng. Hãy nhập lại.", "This value has the wrong form. Type it again."
)

REASON_LABEL = Text("Lý do", "Reason")
FILES_LABEL = Text("Tệp đính kèm", "Attachments")
SAVE = Text("Lưu", "Save")
OTHER_FIELDS = Text("Thông tin khác", "Other")
