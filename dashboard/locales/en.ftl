# Every word of the pages, in English. Another language is a copy of this file under its own code (de.ftl).
# Sections follow the modules of dashboard/; a key begins with its page. "Gaze" is where the eyes point:
# no text may say what somebody thought or felt.

## shell: what surrounds every page

shell-skip = Skip to the content
shell-pages = Pages
shell-menu = Menu
shell-breadcrumb = Breadcrumb
shell-teach = Teach
shell-lessons = Lessons
shell-upload = Upload
shell-in-course = In { $course }
shell-scheme = Colour scheme
shell-scheme-light = Light
shell-scheme-dark = Dark
shell-scheme-auto = Auto
shell-queue = { $unfinished } of { $total } sessions in work
shell-queue-share = Share of sessions ready
shell-copy-link = Copy link
shell-link-copied = Link copied
shell-copy-failed = The link could not be copied. It is in the address bar.
shell-needs-javascript = Gazeboard needs JavaScript, which this browser has switched off.

## pages: the titles of windows

page-lessons = Lessons
page-lesson = Lesson
page-slide = Slide
page-session = Session
page-upload = Upload

## states: empty, wrong, forbidden

state-nowhere-title = There is nothing at this address
state-nowhere = It may have been typed wrongly, or what was here has been deleted.
state-nowhere-way = Go to the lessons
state-forbidden-title = This is not for you to see
state-forbidden = Ask whoever runs Gazeboard at your school if you think it should be.
state-refused-title = This request was refused
state-broken-title = Something went wrong here
state-broken = The page could not be made. What was stored is safe. Reload the page; if it happens again, tell whoever runs Gazeboard the time of this message.

## rules: whose recordings count

rules-title = Who counts
rules-tracked = tracked at least
rules-tracked-after = of the time
rules-tracked-label = Share of the time that gaze has to be tracked, percent
rules-accuracy = off by at most
rules-accuracy-any = any
rules-accuracy-label = Largest error on validation dots, degrees; empty for any
rules-uncalibrated = uncalibrated:
rules-uncalibrated-label = Recordings without a calibration
rules-uncalibrated-auto = left out if others are calibrated
rules-uncalibrated-never = never counted
rules-uncalibrated-count = counted
rules-group = group
rules-group-label = Group of students
rules-group-all = all students
rules-period = came
rules-since-label = Recordings that came from this day on
rules-since = from
rules-until = to
rules-until-label = Recordings that came until this day
rules-version = version
rules-version-label = Version of the slide that was seen
rules-version-present = { $version }, the present one
rules-nobody = Nobody is left out.
rules-left-out = Left out:
rules-many-left-out = More than { $folded } students are left out: who, and why
