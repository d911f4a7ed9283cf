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
rules-left-out = { $n } left out: { $names }
rules-left-out-more = { $n } left out: { $names } and { $more } more
rules-said-tracked = Tracked at least { $percent } % of the time
rules-said-accuracy = off by at most { $degrees }°
rules-said-auto = uncalibrated left out if others are calibrated
rules-said-never = uncalibrated never counted
rules-said-count = uncalibrated counted
rules-said-group = { $group }
rules-said-since = from { $day }
rules-said-until = until { $day }
rules-said-version = version { $version } of the slide

## report: the PDF of a lesson or a comparison

report-link = Report (PDF)
report-link-busy = Making the report…
report-link-failed = The report could not be made
report-busy = Another report is being made. Ask again in a moment.
report-subject = Where gaze fell, and what the content intended
report-page = { $number } / { $pages }
report-seconds = { $seconds } s
report-of = { $part } of { $whole }
report-interval = { $low } to { $high }
report-slide = Slide
report-slide-number = Slide { $number }.
report-students = Students
report-region = Region
report-region-shares = { $looked } of { $intended }
report-synthetic = synthetic
report-synthetic-note = { $synthetic ->
        [1] { $sessions ->
            [1] The recording is synthetic: of a rendered student, not of a person.
           *[other] 1 of { $sessions } recordings is synthetic: of a rendered student, not of a person.
        }
       *[other] { $synthetic } of { $sessions } recordings are synthetic: of rendered students, not of people.
    }
report-look-first = Look at these first
report-who-counts = Who counts
report-rule-tracked = Recordings count in which gaze was tracked for at least { $share } of the time that a slide was shown.
report-rule-accuracy = They may be off by at most { $degrees }° on validation dots.
report-rule-uncalibrated-auto = Uncalibrated recordings are left out where there are calibrated ones.
report-rule-uncalibrated-never = Uncalibrated recordings do not count.
report-rule-uncalibrated-count = Uncalibrated recordings count too.
report-rule-group = Only students of the group “{ $group }” were asked for.
report-rule-between = Only recordings that came from { $since } to { $until } count.
report-rule-since = Only recordings that came from { $since } on count.
report-rule-until = Only recordings that came until { $until } count.
report-rule-students = Only these students were asked for: { $students }.
report-left-out = Left out:
report-nobody-left-out = Nobody is left out.
report-nobody-shown = Nobody's gaze can be shown.
report-glance = The slides at a glance
report-glance-note = Dot: gap score, 0 as intended, 1 all elsewhere. Band: 95 % interval. Black tick: what chance alone gives so few students. Grey dots do not stand clear of chance.
report-gap-axis = 0 to { $end }
report-gap-score = Gap score
report-reached-by-all = Required regions reached by all
report-over-time = The class over time
report-over-time-note = Share of all students who had the slide open, whoever counts elsewhere; slides in order, each from when it was opened.
report-time-axis = time in the lesson, min:s; white lines and numbers: slides
report-time-on = on the slide
report-time-elsewhere = elsewhere
report-time-untracked = not tracked (says nothing about looking)
report-stat-students = { $students ->
        [one] student with a recording
       *[other] students with a recording
    }
report-stat-slides = { $slides ->
        [one] slide
       *[other] slides
    }
report-stat-tracked = of the time tracked, median recording
report-stat-error = typical error, median recording
report-stat-gap = gap score: 0 as intended, 1 all elsewhere
report-stat-shown = students shown
report-stat-on-slide = of tracked gaze on the slide, mean of students
report-stat-exposure = the slide was open, median student
report-heat-legend = { $students ->
        [one] Seconds of looking within the dashed circle around a point, one student
       *[other] Seconds of looking within the dashed circle around a point, mean of { $students } students
    }
report-typical-error = { $source ->
        [measured] Typical error { $degrees }°
        [estimated] Typical error { $degrees }° (estimated)
       *[other] Typical error { $degrees }° (assumed)
    }
report-track-axis = Tick: intended, dot: looked at; 0 to { $end }
report-intended = Intended
report-looked-at = Looked at
report-gap-points = Gap, points
report-reached = Reached
report-first-look = First look, s
report-missed-by = missed by { $students }
report-smaller-than-error = smaller than error
report-order = Order of looking.
report-gap-line = Gap score.
report-too-few = Fewer than { $least } students say little about a class.
report-sessions = Sessions
report-sessions-note = One line a recording. Error: typical distance between true and measured gaze, in degrees of sight.
report-no-sessions = No session has been uploaded for this lesson yet.
report-session-student = Student
report-session-date = Date
report-session-state = State
report-session-tracked = Tracked
report-session-error = Error
report-session-rate = Rate
report-session-remarks = Remarks
report-state-queued = waiting
report-state-running = in work
report-state-done = ready
report-state-failed = failed
report-assumed = assumed
report-uncalibrated = uncalibrated
report-often-untracked = often not tracked
report-no-reason = No reason was recorded.
report-how-to-read = How to read this report
report-read-picture = The colours over a slide show where the students who count spent their time. The dashed circle is as large as measured gaze is typically off: what is smaller than the circle cannot be told apart.
report-read-interval = Bands and “a to b” are 95 % intervals over students: they say how far the figure would scatter in other classes of the same size.
report-read-untracked = Hatched is not tracked: no gaze was measured there. It does not mean that a student looked away.
report-read-gaze = All figures are about where gaze fell on regions of a slide. They say nothing about what anybody thought, knew or felt.
report-basis = What the figures rest on
report-parameters = Students count who were tracked for at least { $tracked } of a slide's time. Intervals: { $confidence } from { $resamples } resamples of the students.
report-region-set = Slides { $slides }: { $words }
report-made-by = Made by Gazeboard { $version }.
report-same-view = The same figures on the server: { $address }
report-missing = Characters that the report's typefaces lack stand as boxes (▯): { $characters }.

## difference: a map of two groups, or of two versions of a slide

difference-caption = { $a } looked here more than { $b }, or the other way round
difference-caption-line = Inside the dark lines p < 0.05, any false line on 5 of 100 maps
difference-caption-none = Nowhere by more than chance may do (p < 0.05)
difference-scale = { $points } points of looking within the dashed circle
difference-hover = { $points } points, p { $p }
